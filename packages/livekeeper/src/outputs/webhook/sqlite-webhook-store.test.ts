import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase, temporaryFolder } from "./service.helpers.ts";
import { SqliteWebhookStore } from "./sqlite-webhook-store.ts";
import { type DeadLetter, freshProgress, type RoomProgress, type Webhook } from "./webhook.ts";

const hook = (id: string, more: Partial<Webhook> = {}): Webhook => ({
	id,
	url: "https://example.com/hook",
	liveIds: ["a", "b"],
	types: ["chat", "gift"],
	batch: { maxEvents: 10, maxWaitMs: 20 },
	enabled: true,
	after: "oldest",
	createdAt: 1,
	updatedAt: 2,
	...more,
});
const letter = (n: number, liveId = "a"): DeadLetter => ({
	deliveryId: `dlv_${n}`,
	liveId,
	firstSeq: n,
	lastSeq: n,
	events: 1,
	nextAfter: n,
	truncated: n % 2 ? { from: 1, to: 2, reason: "retention" } : undefined,
	types: n % 2 ? undefined : ["gift"],
	attempts: 12,
	error: { code: "http_status", message: "no", status: 500, at: n },
	buriedAt: n,
	queued: false,
});
const sealedSecret = Buffer.from([0, 1, 255]);

function open(path = ":memory:", options = {}) {
	const db = openDatabase(path);
	onTestFinished(() => void db.close());
	return { db, store: new SqliteWebhookStore(db, options) };
}

test("everything about a webhook comes back as it was, also from another process", () => {
	const path = join(temporaryFolder(), "hooks.db");
	const { db, store } = open(path);
	const all = hook("wh_2", { liveIds: "*", types: undefined, enabled: false, after: "now" });
	const progress: RoomProgress = {
		liveId: "a",
		position: 7,
		pending: {
			deliveryId: "dlv_x",
			firstSeq: 8,
			lastSeq: 9,
			events: 2,
			nextAfter: 9,
			truncated: { from: 1, to: 7, reason: "reset" },
		},
		attempts: 3,
		nextAttemptAt: 12_345,
		lastSuccessAt: 11,
		lastError: { code: "dns", message: "no", at: 12 },
	};
	store.add({ webhook: hook("wh_1"), sealedSecret }, [progress, freshProgress("b", 4)]);
	store.add({ webhook: all, sealedSecret }, []);
	store.bury("wh_1", letter(1), freshProgress("b", 5));
	db.close();
	const again = open(path).store;
	expect(again.list()).toEqual([
		{ webhook: hook("wh_1"), sealedSecret },
		{ webhook: all, sealedSecret },
	]);
	expect(again.progress("wh_1")).toEqual([progress, freshProgress("b", 5)]);
	expect(again.deadLetters("wh_1", { limit: 9 }).letters).toEqual([letter(1)]);
	expect(again.get("wh_3")).toBeUndefined();
});

test("dead letters are listed newest first, in pages", () => {
	const { store } = open();
	store.add({ webhook: hook("wh_1"), sealedSecret }, []);
	for (const n of [1, 2, 3, 4, 5]) store.bury("wh_1", letter(n), freshProgress("a", n));
	const ids: string[] = [];
	let before: number | undefined;
	do {
		const page = store.deadLetters("wh_1", { limit: 2, before });
		ids.push(...page.letters.map(({ deliveryId }) => deliveryId));
		before = page.nextBefore;
	} while (before !== undefined);
	expect(ids).toEqual(["dlv_5", "dlv_4", "dlv_3", "dlv_2", "dlv_1"]);
});

test("dead letters are bounded: the oldest give way, and are counted", () => {
	const { store } = open(":memory:", { maxDeadLetters: 3 });
	store.add({ webhook: hook("wh_1"), sealedSecret }, []);
	store.add({ webhook: hook("wh_2"), sealedSecret }, []);
	store.bury("wh_2", letter(1), freshProgress("a", 1));
	for (const n of [1, 2, 3, 4, 5]) store.bury("wh_1", letter(n), freshProgress("a", n));
	expect(store.deadLetterCounts("wh_1")).toEqual({ kept: 3, dropped: 2 });
	expect(store.deadLetters("wh_1", { limit: 9 }).letters.map(({ firstSeq }) => firstSeq)).toEqual([5, 4, 3]);
	expect(store.deadLetterCounts("wh_2")).toEqual({ kept: 1, dropped: 0 });
});

test("queued letters of a room come oldest first", () => {
	const { store } = open();
	store.add({ webhook: hook("wh_1"), sealedSecret }, []);
	for (const n of [1, 2, 3]) store.bury("wh_1", letter(n, n === 2 ? "b" : "a"), freshProgress("a", n));
	expect(store.nextQueued("wh_1", "a")).toBeUndefined();
	store.queueLetter("wh_1", "dlv_3");
	expect(store.nextQueued("wh_1", "a")?.deliveryId).toBe("dlv_3");
	expect(store.queueAllLetters("wh_1")).toEqual({ count: 3, liveIds: ["a", "b"] });
	expect(store.nextQueued("wh_1", "a")?.deliveryId).toBe("dlv_1");
	store.unqueueLetter("wh_1", { ...letter(1), attempts: 13 });
	expect(store.deadLetter("wh_1", "dlv_1")).toMatchObject({ attempts: 13, queued: false });
	store.removeLetter("wh_1", "dlv_3");
	expect(store.nextQueued("wh_1", "a")).toBeUndefined();
	expect(store.nextQueued("wh_1", "b")?.deliveryId).toBe("dlv_2");
});

test("a change that fails half-way changes nothing", () => {
	const { db, store } = open();
	store.add({ webhook: hook("wh_1"), sealedSecret }, [freshProgress("a", 1)]);
	db.exec("CREATE TRIGGER no BEFORE INSERT ON webhook_cursors BEGIN SELECT RAISE(ABORT, 'no'); END");
	expect(() => store.bury("wh_1", letter(1), freshProgress("a", 2))).toThrow("no");
	expect(() =>
		store.replace({ webhook: hook("wh_1", { url: "x" }), sealedSecret }, [freshProgress("b")], ["a"]),
	).toThrow();
	expect(() => store.add({ webhook: hook("wh_2"), sealedSecret }, [freshProgress("a")])).toThrow();
	expect(store.list()).toEqual([{ webhook: hook("wh_1"), sealedSecret }]);
	expect(store.progress("wh_1")).toEqual([freshProgress("a", 1)]);
	expect(store.deadLetterCounts("wh_1").kept).toBe(0);
});
