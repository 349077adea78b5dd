import { type StoredEvent, withRaw } from "../../event-log/index.ts";

/** An event as it goes to a reader: as stored, with the upstream's payload for those who asked for it. */
export function eventText({ json, raw: payload }: StoredEvent, raw: boolean): string {
	return raw ? withRaw(json, payload) : json;
}
