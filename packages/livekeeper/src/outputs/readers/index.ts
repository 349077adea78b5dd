export { eventText } from "./event-text.ts";
export { parseReadRequest } from "./read-request.ts";
export type { BufferAccount } from "./reader-budget.ts";
export { ReaderHub, type ReadFrom } from "./reader-hub.ts";
export type { Encoding, EndReason, ReaderSink } from "./reader-sink.ts";
export { ReaderWebSocketServer } from "./reader-websockets.ts";
export { takenBytes } from "./taken-bytes.ts";
export { textFrames } from "./text-frames.ts";
