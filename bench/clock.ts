/** The clock that was asked for in, milliseconds out. */

/** "wall", or "cpu": the calling thread's processor time, without other processes and without V8's helper threads. */
export type Clock = () => number;

const nothing = new Int32Array(new SharedArrayBuffer(4));

/** The clock of that name. */
export function clockOf(name: string): Clock {
  if (name !== "cpu") return () => performance.now();
  return () => {
    // Linux brings a thread's count up to date when the thread sleeps, else every 4 ms only.
    Atomics.wait(nothing, 0, 0, 0.02);
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
}
