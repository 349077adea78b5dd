import type {
	DeadLetter,
	NewTarget,
	Target,
	TargetAttempt,
	TargetPreset,
	TargetPreview,
	TargetTest,
} from "./gen/api.ts";
import { type Connection, type RequestOptions, requestJson } from "./http.ts";
import type { Given } from "./types.ts";

/** Receivers of events. Every method throws {@link LivekeeperApiError}. */
export interface TargetsApi {
	list(options?: RequestOptions): Promise<Target[]>;
	/**
	 * Creates a target. `secret`, which signs deliveries of preset json, is returned only here.
	 * @throws `invalid_target`, `target_url_not_allowed`, `too_many_targets`
	 * @example
	 * ```ts
	 * import { LivekeeperClient } from "@livekeeper/client";
	 * const keeper = new LivekeeperClient({ url: "http://127.0.0.1:7001" });
	 * const settings = { url: "http://127.0.0.1:8080/gifts" };
	 * const input = { name: "my bot", live_ids: ["261378947940"], types: ["gift"], settings } as const;
	 * const { target, secret } = await keeper.targets.create(input);
	 * console.log(target.name); // → "my bot"
	 * console.log(secret === null); // → false
	 * await keeper.targets.remove(target.id);
	 * ```
	 */
	create(input: Given<NewTarget>, options?: RequestOptions): Promise<{ target: Target; secret: string | null }>;
	/** @throws `target_not_found`, `invalid_target`, `target_url_not_allowed` */
	replace(id: string, input: Given<NewTarget>, options?: RequestOptions): Promise<Target>;
	/** Removes a target with its dead letters. @throws `target_not_found` */
	remove(id: string, options?: RequestOptions): Promise<void>;
	/** Sends the receiver a request without events. @throws `target_not_found` */
	test(id: string, options?: RequestOptions): Promise<TargetTest>;
	/** Returns the kinds of receivers, with the settings of each. */
	presets(options?: RequestOptions): Promise<TargetPreset[]>;
	/**
	 * Returns what a target would have been sent in the last hour, without sending anything.
	 * @param options.id id of a target whose secret settings fill in those that are left out
	 * @throws `invalid_target`, `target_url_not_allowed`
	 */
	preview(input: Given<NewTarget>, options?: { id?: string | undefined } & RequestOptions): Promise<TargetPreview>;
	/** Returns the newest delivery attempts, newest first. @throws `target_not_found` */
	history(id: string, options?: RequestOptions): Promise<TargetAttempt[]>;
	/** Returns dead letters, newest first; `nextBefore` is the `before` of the next page. @throws `target_not_found` */
	deadLetters(
		id: string,
		options?: { limit?: number | undefined; before?: number | undefined } & RequestOptions,
	): Promise<{ deadLetters: DeadLetter[]; nextBefore: number | null }>;
	/** Tries a dead letter once more. @throws `delivery_not_found`, `events_expired` */
	redeliver(id: string, deliveryId: string, options?: RequestOptions): Promise<void>;
	/** Tries every dead letter once more. @returns their number */
	redeliverAll(id: string, options?: RequestOptions): Promise<number>;
}

const all = "api/v1/targets";

export function targetsApi(connection: Connection): TargetsApi {
	const pathOf = (id: string, rest = "") => `${all}/${encodeURIComponent(id)}${rest}`;
	const ask = <T>(path: string, call: Parameters<typeof requestJson>[2]) => requestJson<T>(connection, path, call);
	return {
		list: async ({ signal } = {}) => (await ask<{ targets: Target[] }>(all, { signal })).targets,
		async create(body, { signal } = {}) {
			type Made = { target: Target; secret: string | null };
			const { target, secret } = await ask<Made>(all, { method: "POST", body, signal });
			return { target, secret };
		},
		async replace(id, body, { signal } = {}) {
			return (await ask<{ target: Target }>(pathOf(id), { method: "PUT", body, signal })).target;
		},
		async remove(id, { signal } = {}) {
			await ask(pathOf(id), { method: "DELETE", signal });
		},
		async test(id, { signal } = {}) {
			return (await ask<{ test: TargetTest }>(pathOf(id, "/test"), { method: "POST", signal })).test;
		},
		async presets({ signal } = {}) {
			return (await ask<{ presets: TargetPreset[] }>(`${all}/presets`, { signal })).presets;
		},
		async preview(body, { signal, id } = {}) {
			const call = { method: "POST", body, query: { id }, signal } as const;
			return (await ask<{ preview: TargetPreview }>(`${all}/preview`, call)).preview;
		},
		async history(id, { signal } = {}) {
			return (await ask<{ attempts: TargetAttempt[] }>(pathOf(id, "/history"), { signal })).attempts;
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
