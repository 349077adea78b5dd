import { type Connection, type RequestOptions, requestJson } from "./http.ts";
import type { RoomEventType } from "./types.ts";

/** Somebody who is sent events. Times are ms since the epoch. */
export interface Webhook {
	id: string;
	/** `null`: it was encrypted with another key, and has to be put again, with a secret. */
	url: string | null;
	/** `*`: every room, also those that come later. */
	live_ids: "*" | string[];
	/** `null`: every kind. */
	types: RoomEventType[] | null;
	batch: { max_events: number; max_wait_ms: number };
	enabled: boolean;
	/** Where a room begins that was not followed before. */
	after: "now" | "oldest";
	created_at: number;
	updated_at: number;
	state: "active" | "failing" | "paused" | "disabled" | "unreadable";
	/** Failed attempts in a row, over all rooms. */
	failures: number;
	/** When a paused webhook is tried next. */
	paused_until: number | null;
	dead_letters: number;
	/** Dead letters that gave way to newer ones. */
	dead_letters_dropped: number;
}

/** What a webhook is made from, and replaced with: what is left out gets its default, only the secret stays. */
export interface WebhookInput {
	url: string;
	live_ids: "*" | readonly string[];
	types?: readonly RoomEventType[] | undefined;
	/** 16 to 256 printable ASCII characters without spaces. */
	secret?: string | undefined;
	batch?: { max_events?: number | undefined; max_wait_ms?: number | undefined } | undefined;
	enabled?: boolean | undefined;
	after?: "now" | "oldest" | undefined;
}

/** Why a delivery failed: a stable code, and words for people. */
export interface DeliveryError {
	code: string;
	message: string;
	/** What the receiver answered. */
	status: number | null;
	at: number;
}

/** How a request without events went. */
export interface WebhookTest {
	/** The receiver answered 2xx. */
	accepted: boolean;
	status: number | null;
	error: DeliveryError | null;
	took_ms: number;
}

/** A delivery that was given up. */
export interface DeadLetter {
	delivery_id: string;
	live_id: string;
	first_seq: number;
	last_seq: number;
	events: number;
	/** How much of it the log still holds. */
	available: "all" | "some" | "none";
	attempts: number;
	error: DeliveryError;
	buried_at: number;
	/** Asked to be sent again, and not yet tried. */
	queued: boolean;
}

/** Who is sent events. Every method throws {@link LivekeeperApiError}. */
export interface WebhooksApi {
	list(options?: RequestOptions): Promise<Webhook[]>;
	/** `secret` is told here and never again. @throws `invalid_webhook`, `webhook_url_not_allowed`, `too_many_webhooks` */
	create(input: WebhookInput, options?: RequestOptions): Promise<{ webhook: Webhook; secret: string }>;
	/** @throws `webhook_not_found`, `invalid_webhook`, `webhook_url_not_allowed` */
	replace(id: string, input: WebhookInput, options?: RequestOptions): Promise<Webhook>;
	/** Removes it with its dead letters. @throws `webhook_not_found` */
	remove(id: string, options?: RequestOptions): Promise<void>;
	/** Sends the receiver a request without events. @throws `webhook_not_found` */
	test(id: string, options?: RequestOptions): Promise<WebhookTest>;
	/** Newest first; `nextBefore` is the `before` of the next page. @throws `webhook_not_found` */
	deadLetters(
		id: string,
		options?: { limit?: number | undefined; before?: number | undefined } & RequestOptions,
	): Promise<{ deadLetters: DeadLetter[]; nextBefore: number | null }>;
	/** Tries a dead letter once more. @throws `delivery_not_found`, `events_expired` */
	redeliver(id: string, deliveryId: string, options?: RequestOptions): Promise<void>;
	/** Tries every dead letter once more. @returns how many there are */
	redeliverAll(id: string, options?: RequestOptions): Promise<number>;
}

const all = "api/v1/webhooks";

export function webhooksApi(connection: Connection): WebhooksApi {
	const pathOf = (id: string, rest = "") => `${all}/${encodeURIComponent(id)}${rest}`;
	const ask = <T>(path: string, call: Parameters<typeof requestJson>[2]) => requestJson<T>(connection, path, call);
	return {
		list: async ({ signal } = {}) => (await ask<{ webhooks: Webhook[] }>(all, { signal })).webhooks,
		create: (body, { signal } = {}) => ask(all, { method: "POST", body, signal }),
		async replace(id, body, { signal } = {}) {
			return (await ask<{ webhook: Webhook }>(pathOf(id), { method: "PUT", body, signal })).webhook;
		},
		async remove(id, { signal } = {}) {
			await ask(pathOf(id), { method: "DELETE", signal });
		},
		async test(id, { signal } = {}) {
			return (await ask<{ test: WebhookTest }>(pathOf(id, "/test"), { method: "POST", signal })).test;
		},
		async deadLetters(id, { signal, ...query } = {}) {
			type Page = { dead_letters: DeadLetter[]; next_before: number | null };
			const page = await ask<Page>(pathOf(id, "/dead-letters"), { query, signal });
			return { deadLetters: page.dead_letters, nextBefore: page.next_before };
		},
		async redeliver(id, deliveryId, { signal } = {}) {
			const path = pathOf(id, `/dead-letters/${encodeURIComponent(deliveryId)}/redeliver`);
			await ask(path, { method: "POST", signal });
		},
		async redeliverAll(id, { signal } = {}) {
			const path = pathOf(id, "/dead-letters/redeliver-all");
			return (await ask<{ queued: number }>(path, { method: "POST", signal })).queued;
		},
	};
}
