/** The runtime's own base64 and hexadecimal, taken away and put back: Node 24 and older have none. */

const STATIC = ["fromBase64", "fromHex"];
const METHODS = ["toBase64", "toHex"];

/** Takes them away until the result is disposed of. */
export function withoutNative(): Disposable {
  const taken = [Uint8Array, Uint8Array.prototype].flatMap((owner, index) =>
    (index === 0 ? STATIC : METHODS).flatMap((name) => {
      const property = Object.getOwnPropertyDescriptor(owner, name);
      if (property === undefined) return [];
      Reflect.deleteProperty(owner, name);
      return [{ owner, name, property }];
    }),
  );
  return {
    [Symbol.dispose](): void {
      for (const { owner, name, property } of taken) Object.defineProperty(owner, name, property);
    },
  };
}
