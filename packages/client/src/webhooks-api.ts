import type { DeadLetter, NewWebhook, Webhook, WebhookTest } from "./gen/api.ts";
import { type Connection, type RequestOptions, requestJson } from "./http.ts";
import type { Given } from "./types.ts";

/** Receivers of events. Every method throws {@link LivekeeperApiError}. */
export interface WebhooksApi {
	list(options?: RequestOptions): Promise<Webhook[]>;
	/** `secret` is returned here and never again. @throws `invalid_webhook`, `webhook_url_not_allowed`, `too_many_webhooks` */
	create(input: Given<NewWebhook>, options?: RequestOptions): Promise<{ webhook: Webhook; secret: string }>;
	/** @throws `webhook_not_found`, `invalid_webhook`, `webhook_url_not_allowed` */
	replace(id: string, input: Given<NewWebhook>, options?: RequestOptions): Promise<Webhook>;
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
		async create(body, { signal } = {}) {
			type Made = { webhook: Webhook; secret: string };
			const { webhook, secret } = await ask<Made>(all, { method: "POST", body, signal });
			return { webhook, secret };
		},
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
