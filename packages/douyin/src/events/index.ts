export { eventBounds } from "./bounds.ts";
export type * from "./live-event.ts";
export { liveEventTypes } from "./live-event.ts";
export { typedMethods } from "./mappers.ts";
export { type SnakeCase, toWire, type WireEvent, type WireOf } from "./to-wire.ts";
export { weightOf } from "./weight.ts";
