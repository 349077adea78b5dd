import { ManualClock } from "@livekeeper/douyin/testing";
import type { PersistentConnectionManager } from "@livekeeper/engine";
import { type IdentityRegistry, type LoadedIdentity, pairingInMemory } from "@livekeeper/log/storage";
import { expect, test } from "vitest";
import type { LiveService } from "../live-service.ts";
import { IdentityBook, IdentityService } from "./identity-service.ts";

/** Two nodes over one store that are never notified of each other's changes. */
function twoNodes() {
	const clock = new ManualClock();
	const rows = new Map<string, LoadedIdentity>();
	const registry: IdentityRegistry = {
		load: async () => [...rows.values()],
		put: async (name, secrets) => void rows.set(name, { name, secrets, addedAt: 0, updatedAt: 0 }),
		remove: async (name) => rows.delete(name),
	};
	const live = { roomsBy: () => [], roomsNaming: () => [], sessionsBy: () => [] } as unknown as LiveService;
	const manager = {
		checkIdentity: () => undefined,
		identitiesChanged: () => undefined,
		upstreamOf: () => undefined,
		liftCooldown: () => false,
		cooldownOf: () => undefined,
		emptySessionsOf: () => ({ sessions: 0, rooms: [] }),
	} as unknown as PersistentConnectionManager;
	const node = () =>
		new IdentityService({
			...{ registry, book: new IdentityBook(registry), live, manager, pairings: pairingInMemory(), clock, warnMs: 0 },
			probe: async function* () {
				yield { name: "page" as const, ok: true, detail: "", tookMs: 0 };
			},
		});
	return [node(), node()] as const;
}

const given = { cookie: "sessionid=1; ttwid=2", proxy: "http://127.0.0.1:9" };

test("finds an identity that another node has stored", async () => {
	const [one, other] = twoNodes();
	await one.put("main", given);
	expect(await other.get("main")).toMatchObject({ name: "main", hasCookie: true });
	await one.put("second", given);
	expect(await other.lift("second")).toMatchObject({ name: "second" });
	await one.put("third", given);
	const steps = [];
	for await (const { name } of other.probe("third", "1001", new AbortController().signal)) steps.push(name);
	expect(steps).toEqual(["page"]);
	await one.put("fourth", given);
	await other.remove("fourth");
	await expect(other.get("fifth")).rejects.toMatchObject({ code: "identity_not_found" });
});

test("keeps fields another node has stored when they are omitted", async () => {
	const [one, other] = twoNodes();
	await one.put("main", { cookie: given.cookie });
	await other.put("main", { proxy: given.proxy });
	expect(await one.put("main", {})).toMatchObject({ created: false, identity: { hasCookie: true, hasProxy: true } });
});

test("keeps at most 1,000 identities, and changes known ones", async () => {
	const [one, other] = twoNodes();
	for (let n = 0; n < 1_000; n++) await one.put(`i${n}`, given);
	await expect(other.put("one-more", given)).rejects.toMatchObject({ code: "too_many_identities" });
	expect(await other.put("i7", {})).toMatchObject({ created: false });
	await other.remove("i8");
	expect(await one.put("one-more", given)).toMatchObject({ created: true });
});
