/** Where bytes come from and where they go, in the shapes that callers have: paths, Blobs, responses, streams, handles. */

export {
  type AccessSource,
  type HttpOptions,
  httpAccess,
  isAccessSource,
  openAccess,
} from "./access.ts";
export { chunksOf } from "./chunks.ts";
export {
  type BlobLike,
  type BodyLike,
  type ChunkQueue,
  type ChunkStream,
  fileUrl,
  type HandleLike,
  isHandle,
  isUrl,
  kindOf,
  nextChunk,
  type Opened,
  type OpenHandle,
  openSource,
  type Source,
  type UrlLike,
} from "./sources.ts";
export { type ChunkOutput, isPath, openTarget, type Target } from "./targets.ts";
export { type ReadWhole, readWhole, type WriteChunks, writeChunks } from "./whole.ts";
