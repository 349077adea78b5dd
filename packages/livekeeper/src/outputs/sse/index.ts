export { streamEvents } from "./event-stream.ts";
