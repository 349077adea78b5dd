import { computed, ref, shallowRef } from "vue";
import { useAttempt, usePolled, useService } from "../service/index.ts";
import type { GivenCookie } from "./use-cookie.ts";

/** The identity of all rooms that have none of their own (docs/identities.md). */
export const defaultIdentity = "default";

export interface Given {
	rooms: string[];
	/** ms since the epoch. */
	at: number;
}

/** Assigns a login to rooms: to all that have none of their own, or to the chosen ones. */
export function useGiving(cookie: GivenCookie, liveId: string | undefined) {
	const service = useService();
	const { value: identities } = usePolled(({ identities }, signal) => identities.list({ signal }), 30_000);
	const { value: connections } = usePolled((client, signal) => client.connections.get({ signal }), 30_000);
	const who = ref<"all" | "these">("all");
	const alsoOwn = ref(true);
	const chosen = ref<string[]>(liveId === undefined ? [] : [liveId]);
	const name = ref("");
	const { busy, failure, attempt } = useAttempt();
	const given = shallowRef<Given>();

	const hasDefault = computed(() => identities.value?.some((one) => one.name === defaultIdentity) ?? false);
	const own = computed(() =>
		Array.from(service.rooms.values()).filter(({ identity_name: by }) =>
			by === null ? hasDefault.value : by !== defaultIdentity,
		),
	);
	/** Maximum number of rooms that one login connects to at once; `null` for all. */
	const maxRooms = computed(() => {
		const { max_connections_per_identity: all = null, max_connections_per_login: login = null } =
			connections.value?.limits ?? {};
		return all ?? login;
	});
	const ready = computed(() => who.value === "all" || (chosen.value.length > 0 && name.value.trim() !== ""));

	/** Suggests a free name, or the name under which this account is already known. */
	function begin(): void {
		const taken = new Set(identities.value?.map((one) => one.name));
		let n = 1;
		while (taken.has(`account-${n}`)) n++;
		const same = cookie.found.value?.same_as;
		name.value = same && same !== defaultIdentity ? same : `account-${n}`;
	}

	async function give(): Promise<void> {
		const { client } = service;
		const all = who.value === "all";
		const by = all ? defaultIdentity : name.value.trim();
		const moved = all ? (alsoOwn.value ? own.value.map(({ live_id: id }) => id) : []) : chosen.value;
		await attempt(async () => {
			const at = Date.now();
			await client.identities.set(by, cookie.given.value);
			for (const id of moved) await client.rooms.change(id, { identity: all ? null : by });
			const rooms = await client.rooms.list();
			given.value = { at, rooms: rooms.filter((room) => room.identity_name === by).map((room) => room.live_id) };
			cookie.forget();
		});
	}

	return { who, alsoOwn, own, maxRooms, chosen, name, busy, failure, given, ready, begin, give };
}

export type Giving = ReturnType<typeof useGiving>;
