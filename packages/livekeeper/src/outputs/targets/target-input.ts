import type { LiveEventType } from "@livekeeper/douyin";
import { LivekeeperError } from "../../errors.ts";
import { type Text, targetTexts } from "../../text/index.ts";
import {
	AddressNotAllowedError,
	type AddressPolicy,
	checkHost,
	checkResolved,
	type ResolveOptions,
} from "./addresses.ts";
import type { Target } from "./target.ts";

/** A target as the API takes it. */
export interface TargetInput {
	url: string;
	live_ids: "*" | string[];
	/** Left out: every kind. */
	types?: LiveEventType[] | undefined;
	/** Left out: generated for a new target, kept as it is for another. */
	secret?: string | undefined;
	batch?: { max_events?: number | undefined; max_wait_ms?: number | undefined } | undefined;
	enabled?: boolean | undefined;
	after?: "now" | "oldest" | undefined;
}

export const targetInputDefaults = { maxEvents: 100, maxWaitMs: 200, enabled: true, after: "now" } as const;

const maxUrlLength = 2_048;
const maxRooms = 1_000;

/**
 * The target that an input asks for, with defaults filled in, and its URL as it is stored.
 * @throws LivekeeperError `invalid_target`, `target_url_not_allowed`
 */
export function readInput(
	input: TargetInput,
	{ id, now, createdAt, allows }: { id: string; now: number; createdAt: number; allows: AddressPolicy },
): { target: Target; url: string } {
	const { batch, types } = input;
	const liveIds = input.live_ids === "*" ? "*" : [...new Set(input.live_ids)];
	if (liveIds.length === 0) throw invalid(targetTexts.noRooms);
	if (liveIds.length > maxRooms) throw invalid(targetTexts.tooManyRooms(maxRooms));
	if (types?.length === 0) throw invalid(targetTexts.noTypes);
	if (input.secret !== undefined && !/^[\x21-\x7e]{16,256}$/.test(input.secret)) {
		throw invalid(targetTexts.secret);
	}
	const target: Target = {
		id,
		liveIds,
		types: types && [...new Set(types)].sort(),
		batch: {
			maxEvents: batch?.max_events ?? targetInputDefaults.maxEvents,
			maxWaitMs: batch?.max_wait_ms ?? targetInputDefaults.maxWaitMs,
		},
		enabled: input.enabled ?? targetInputDefaults.enabled,
		after: input.after ?? targetInputDefaults.after,
		createdAt,
		updatedAt: now,
	};
	return { target, url: readUrl(input.url, allows) };
}

function readUrl(text: string, allows: AddressPolicy): string {
	if (text.length > maxUrlLength) throw invalid(targetTexts.urlTooLong(maxUrlLength));
	if (!URL.canParse(text)) throw invalid(targetTexts.noUrl);
	const url = new URL(text);
	if (url.protocol !== "http:" && url.protocol !== "https:") {
		throw new LivekeeperError("target_url_not_allowed", targetTexts.protocol(url.protocol));
	}
	if (url.username !== "" || url.password !== "") throw invalid(targetTexts.credentials);
	url.hash = "";
	try {
		checkHost(url, allows);
	} catch (error) {
		throw notAllowed(error);
	}
	return url.href;
}

/**
 * Resolves the host of a target's URL, so that a name of a private address is refused when the target is made.
 * @throws LivekeeperError `target_url_not_allowed`
 */
export async function checkDestination(url: string, allows: AddressPolicy, options: ResolveOptions): Promise<void> {
	try {
		await checkResolved(new URL(url), allows, options);
	} catch (error) {
		throw notAllowed(error);
	}
}

function notAllowed(error: unknown): unknown {
	if (!(error instanceof AddressNotAllowedError)) return error;
	return new LivekeeperError("target_url_not_allowed", error.text, { cause: error });
}

function invalid(text: Text): LivekeeperError {
	return new LivekeeperError("invalid_target", text);
}
