/** Paths to bytes and back: what `#files` means where there is Node. */

<<<<<<< HEAD

export { type Hmac, startHmac } from "./hmac.ts";

=======

export { openAccess } from "./access.ts";

>>>>>>> 53b4861 (Decompressors of six formats, each
with a cap;
sources;
that;
are;
read;
anywhere;
)

export { type OpenedInput, openInput } from "./input.ts";
export { appendFile, type FileOutput, replaceFile } from "./output.ts";
export { type DeflateFrame, type InflateRun, type NativeZlib, nativeZlib } from "./zlib.ts";
