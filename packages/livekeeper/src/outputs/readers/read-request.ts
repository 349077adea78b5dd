import { LivekeeperError } from "@livekeeper/base/errors";
import { listed, liveIdHint, liveIdTexts, requestTexts } from "@livekeeper/base/text";
import { type LiveEventType, liveEventTypes, parseLiveId } from "@livekeeper/douyin";
import type { ReadFrom } from "./reader-hub.ts";

const known = new Set<string>(liveEventTypes);

/** A reader's request as received: `after` is a number or its text, `types` a list or comma-separated text. */
export interface ReadRequest {
	live_id?: unknown;
	after?: unknown;
	types?: unknown;
	raw?: unknown;
}

/**
 * Validates a reader's request; shared by all outputs.
 * @throws {LivekeeperError} `invalid_live_id` or `invalid_request`
 */
export function parseReadRequest({ live_id, after, types, raw }: ReadRequest): ReadFrom {
	const id = parseLiveId(live_id);
	if (!id.ok) throw new LivekeeperError("invalid_live_id", liveIdTexts[id.code], { hint: liveIdHint });
	return { liveId: id.liveId, after: parseAfter(after), types: parseTypes(types), raw: parseFlag("raw", raw) };
}

/** Parses a boolean from a query or from JSON. */
function parseFlag(name: string, value: unknown): boolean {
	if (value === true || value === "1" || value === "true") return true;
	if (value === undefined || value === null || value === false || value === "" || value === "0" || value === "false") {
		return false;
	}
	throw new LivekeeperError("invalid_request", requestTexts.flag(name), { hint: requestTexts.flagHint(name) });
}

function parseAfter(value: unknown): number | undefined {
	if (value === undefined || value === null || value === "") return undefined;
	const seq = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value;
	if (typeof seq === "number" && Number.isSafeInteger(seq) && seq >= 0) return seq;
	throw new LivekeeperError("invalid_request", requestTexts.after, {
		hint: requestTexts.afterHint,
	});
}

function parseTypes(value: unknown): LiveEventType[] | undefined {
	if (value === undefined || value === null || value === "") return undefined;
	const names: unknown[] =
		typeof value === "string" ? value.split(",").map((name) => name.trim()) : Array.isArray(value) ? value : [value];
	const wrong = names.find((name) => typeof name !== "string" || !known.has(name));
	if (wrong === undefined && names.length > 0) return [...new Set(names as LiveEventType[])];
	throw new LivekeeperError("invalid_request", requestTexts.types(JSON.stringify(wrong)?.slice(0, 80)), {
		hint: requestTexts.typesHint(listed(liveEventTypes)),
	});
}
