export { itsTurn, streamEvents } from "./event-stream.ts";
