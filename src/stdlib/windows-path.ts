/**
 * Strings that Python joins to a Windows path in, the path's text out.
 *
 * Source: CPython 3.13 Lib/ntpath.py `splitroot`, `join`; Lib/pathlib/_local.py `_parse_path`, `_format_parsed_parts`.
 */

/** As `str(PureWindowsPath(*parts))` of Python 3.13; `.` for nothing. */
export function windowsText(parts: readonly string[]): string {
  const { drive, root, rest } = split(joined(parts));
  const names = rest.split("\\").filter((name) => name !== "" && name !== ".");
  const isRooted = root !== "" || isShare(drive);
  if (drive === "" && !isRooted && driveEnd(names[0] ?? "") > 0) names.unshift(".");
  return drive + (isRooted ? "\\" : "") + names.join("\\") || ".";
}

function joined(parts: readonly string[]): string {
  let drive = "";
  let root = "";
  let rest: string[] = [];
  for (const part of parts) {
    const next = split(part.replaceAll("/", "\\"));
    const isOther = next.drive !== "" && next.drive.toLowerCase() !== drive.toLowerCase();
    if (next.drive !== "") drive = next.drive;
    if (next.root !== "" || isOther) {
      root = next.root;
      rest = [];
    } else if (rest.at(-1)?.endsWith("\\") === false) {
      rest.push("\\");
    }
    if (next.rest !== "") rest.push(next.rest);
  }
  const path = rest.join("");
  const needsRoot = path !== "" && root === "" && /[^\\:]$/.test(drive);
  return drive + (needsRoot ? "\\" : root) + path;
}

// A share is absolute without a root of its own.
function isShare(drive: string): boolean {
  if (!drive.startsWith("\\") || drive.endsWith("\\")) return false;
  const pieces = drive.split("\\", 7);
  return pieces.length === 6 || (pieces.length === 4 && !"?.".includes(pieces[2] as string));
}

interface Split {
  readonly drive: string;
  readonly root: string;
  readonly rest: string;
}

function split(path: string): Split {
  const end = driveEnd(path);
  const isRooted = path[end] === "\\";
  const start = isRooted ? end + 1 : end;
  return { drive: path.slice(0, end), root: isRooted ? "\\" : "", rest: path.slice(start) };
}

// `c:`, `\\server\share`, `\\?\UNC\server\share`, or nothing.
function driveEnd(path: string): number {
  if (!path.startsWith("\\\\")) return /^[^\\]:/su.exec(path)?.[0].length ?? 0;
  const server = /^\\\\\?\\UNC\\/i.test(path) ? 8 : 2;
  const share = path.indexOf("\\", server);
  const end = share < 0 ? -1 : path.indexOf("\\", share + 1);
  return end < 0 ? path.length : end;
}
