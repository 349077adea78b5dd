export { eventText } from "./event-text.ts";
export { parseReadRequest } from "./read-request.ts";
export { ReaderHub, type ReadFrom } from "./reader-hub.ts";
export type { Encoding, EndReason, ReaderSink } from "./reader-sink.ts";
