/**
 * Bytes as text, for every place where only text may go: headers, URLs, mail, tokens, environment variables. Beside it the
 * Python that does the same; each reads what the other wrote.
 *
 *     node examples/base64/texts.ts FOLDER
 *     python3 examples/base64/texts.py FOLDER
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  b64decode,
  b64encode,
  decode,
  decodebytes,
  encodebytes,
  fromDataUrl,
  fromUrlText,
  toDataUrl,
  toUrlText,
  urlsafeB64decode,
  urlsafeB64encode,
} from "brine/base64";

const [folder = "."] = process.argv.slice(2);
const utf8 = new TextEncoder();
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

// Any bytes: a picture's, a key's.
const image = Uint8Array.from({ length: 100 }, (_, index) => (index * 251) % 256);

const made = {
  // A password in a header.
  header: `Basic ${b64encode(utf8.encode("ann:sesame"))}`,
  // A name in a URL, padded as Python writes it.
  url: urlsafeB64encode(Uint8Array.of(251, 239, 190, 255)),
  // A part of a token: no padding.
  token: toUrlText(utf8.encode('{"alg":"HS256"}')),
  // A picture in a page.
  picture: toDataUrl(image, "image/png"),
  // An attachment: lines of 76 characters.
  mail: encodebytes(image),
  // A certificate in one line of an environment variable.
  certificate: b64encode(
    utf8.encode("-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----\n"),
  ),
};
writeFileSync(join(folder, "from-brine.json"), JSON.stringify(made));

// What Python wrote, or else what was written just now.
const theirs = join(folder, "from-python.json");
const file = existsSync(theirs) ? theirs : join(folder, "from-brine.json");
const found = JSON.parse(readFileSync(file, "utf8")) as typeof made;
console.log("header", text(b64decode(found.header.slice("Basic ".length), { validate: true })));
console.log("url", urlsafeB64decode(found.url).join(" "));
console.log("token", text(fromUrlText(found.token)));
const { mediaType, data } = fromDataUrl(found.picture);
console.log("picture", mediaType, data.length, b64encode(data) === b64encode(image));
console.log("mail", b64encode(decodebytes(found.mail)) === b64encode(image));
console.log("certificate", text(b64decode(found.certificate)).split("\n")[0]);

// A file of any size, a piece at a time.
writeFileSync(join(folder, "mail.txt"), found.mail);
await decode(join(folder, "mail.txt"), join(folder, "image.bin"));
console.log("file", readFileSync(join(folder, "image.bin")).length);
