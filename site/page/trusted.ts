/** Addresses of scripts in, the same out where they are the page's own; no text becomes HTML or code at all. */

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): unknown;
}

/**
 * The policy that `trusted-types default` in index.html lets the page make: it has no rule for HTML and none for scripts, so that
 * the browser refuses both, wherever they come from.
 */
export function trustOwnScripts(): void {
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  const home = new URL(".", document.baseURI).href;
  factory?.createPolicy("default", {
    createScriptURL(address) {
      if (!new URL(address, document.baseURI).href.startsWith(home)) {
        throw new TypeError(`not a script of this page: ${address}`);
      }
      return address;
    },
  });
}
