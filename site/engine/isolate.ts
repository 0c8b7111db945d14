/** The worker's global object in, the same without a way to the network out. */

// A worker answers to its own response headers, and not to the policy in the page's <meta>; a static host sends none.
const WAYS_OUT = [
  "fetch",
  "XMLHttpRequest",
  "WebSocket",
  "WebTransport",
  "EventSource",
  "importScripts",
  "Worker",
  "BroadcastChannel",
  "caches",
  "indexedDB",
];

/** Takes away what could send anything anywhere. Modules of the page itself can still be imported. */
export function isolate(scope: object): void {
  for (const name of WAYS_OUT) {
    for (let owner: object | null = scope; owner !== null; owner = Object.getPrototypeOf(owner)) {
      if (Object.hasOwn(owner, name)) {
        Object.defineProperty(owner, name, { value: undefined, writable: false });
      }
    }
  }
}
