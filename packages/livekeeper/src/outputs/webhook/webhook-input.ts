import type { LiveEventType } from "@livekeeper/douyin";
import { LivekeeperError } from "../../errors.ts";
import { type Text, webhookTexts } from "../../text/index.ts";
import {
	AddressNotAllowedError,
	type AddressPolicy,
	checkHost,
	checkResolved,
	type ResolveOptions,
} from "./addresses.ts";
import type { Webhook } from "./webhook.ts";

/** A webhook as the API takes it. */
export interface WebhookInput {
	url: string;
	live_ids: "*" | string[];
	/** Left out: every kind. */
	types?: LiveEventType[] | undefined;
	/** Left out: generated for a new webhook, kept as it is for another. */
	secret?: string | undefined;
	batch?: { max_events?: number | undefined; max_wait_ms?: number | undefined } | undefined;
	enabled?: boolean | undefined;
	after?: "now" | "oldest" | undefined;
}

export const webhookInputDefaults = { maxEvents: 100, maxWaitMs: 200, enabled: true, after: "now" } as const;

const maxUrlLength = 2_048;
const maxRooms = 1_000;

/**
 * The webhook that an input asks for, with defaults filled in, and its URL as it is stored.
 * @throws LivekeeperError `invalid_webhook`, `webhook_url_not_allowed`
 */
export function readInput(
	input: WebhookInput,
	{ id, now, createdAt, allows }: { id: string; now: number; createdAt: number; allows: AddressPolicy },
): { webhook: Webhook; url: string } {
	const { batch, types } = input;
	const liveIds = input.live_ids === "*" ? "*" : [...new Set(input.live_ids)];
	if (liveIds.length === 0) throw invalid(webhookTexts.noRooms);
	if (liveIds.length > maxRooms) throw invalid(webhookTexts.tooManyRooms(maxRooms));
	if (types?.length === 0) throw invalid(webhookTexts.noTypes);
	if (input.secret !== undefined && !/^[\x21-\x7e]{16,256}$/.test(input.secret)) {
		throw invalid(webhookTexts.secret);
	}
	const webhook: Webhook = {
		id,
		liveIds,
		types: types && [...new Set(types)].sort(),
		batch: {
			maxEvents: batch?.max_events ?? webhookInputDefaults.maxEvents,
			maxWaitMs: batch?.max_wait_ms ?? webhookInputDefaults.maxWaitMs,
		},
		enabled: input.enabled ?? webhookInputDefaults.enabled,
		after: input.after ?? webhookInputDefaults.after,
		createdAt,
		updatedAt: now,
	};
	return { webhook, url: readUrl(input.url, allows) };
}

function readUrl(text: string, allows: AddressPolicy): string {
	if (text.length > maxUrlLength) throw invalid(webhookTexts.urlTooLong(maxUrlLength));
	if (!URL.canParse(text)) throw invalid(webhookTexts.noUrl);
	const url = new URL(text);
	if (url.protocol !== "http:" && url.protocol !== "https:") {
		throw new LivekeeperError("webhook_url_not_allowed", webhookTexts.protocol(url.protocol));
	}
	if (url.username !== "" || url.password !== "") throw invalid(webhookTexts.credentials);
	url.hash = "";
	try {
		checkHost(url, allows);
	} catch (error) {
		throw notAllowed(error);
	}
	return url.href;
}

/**
 * Resolves the host of a webhook's URL, so that a name of a private address is refused when the webhook is made.
 * @throws LivekeeperError `webhook_url_not_allowed`
 */
export async function checkTarget(url: string, allows: AddressPolicy, options: ResolveOptions): Promise<void> {
	try {
		await checkResolved(new URL(url), allows, options);
	} catch (error) {
		throw notAllowed(error);
	}
}

function notAllowed(error: unknown): unknown {
	if (!(error instanceof AddressNotAllowedError)) return error;
	return new LivekeeperError("webhook_url_not_allowed", error.text, { cause: error });
}

function invalid(text: Text): LivekeeperError {
	return new LivekeeperError("invalid_webhook", text);
}
