import { type StoredEvent, withRaw } from "@livekeeper/log";

/** Returns an event in the form sent to readers: as stored, with the upstream's payload if `raw`. */
export function eventText({ json, raw: payload }: StoredEvent, raw: boolean): string {
	return raw ? withRaw(json, payload) : json;
}
