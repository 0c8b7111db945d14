/** The clock that was asked for in, milliseconds out. */

/** "wall", or "cpu": the calling thread's processor time, without other processes and without V8's helper threads. */
export type Clock = () => number;

/** The clock of that name. */
export function clockOf(name: string): Clock {
  if (name !== "cpu") return () => performance.now();
  return () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
}
