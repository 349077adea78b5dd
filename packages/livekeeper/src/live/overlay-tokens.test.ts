import { ManualClock } from "@livekeeper/douyin/testing";
import type { OverlayTokenChange, StoredOverlayToken } from "@livekeeper/log/storage";
import { expect, test, vi } from "vitest";
import { hashOf, OverlayTokens } from "./overlay-tokens.ts";

/** Tokens over a registry in memory that `fails` on demand. */
async function setup(stored: StoredOverlayToken[] = []) {
	const clock = new ManualClock();
	const rows = new Map(stored.map((row) => [row.id, row]));
	const fault = { now: undefined as Error | undefined };
	const attempt = async <T>(act: () => T): Promise<T> => {
		await Promise.resolve();
		if (fault.now) throw fault.now;
		return act();
	};
	let notify: () => void = () => undefined;
	const registry = {
		load: () => attempt(() => [...rows.values()]),
		watch: async (listener: () => void) => {
			notify = listener;
			return () => undefined;
		},
		add: vi.fn((token: StoredOverlayToken) => attempt(() => void rows.set(token.id, token))),
		change: vi.fn((id: string, change: OverlayTokenChange) =>
			attempt(() => {
				const row = rows.get(id);
				if (row) rows.set(id, { ...row, ...change });
			}),
		),
		used: vi.fn((_id: string, _at: number) => attempt(() => undefined)),
		remove: vi.fn((id: string) => attempt(() => rows.delete(id))),
	};
	const logger = { warn: vi.fn() };
	const tokens = await OverlayTokens.load({ registry, clock, logger });
	return { clock, rows, registry, logger, tokens, fault, notify: () => notify() };
}

test("opens what its token is for with that secret only", async () => {
	const { tokens } = await setup();
	const { token, secret } = await tokens.create("OBS", "1001");
	await tokens.create("another", undefined);
	expect(secret).toMatch(/^lko_[\w-]{43}$/);
	expect(token).toMatchObject({ name: "OBS", liveId: "1001", lastUsedAt: undefined });
	const scope = tokens.open(secret);
	expect(() => scope?.require({ room: "1001" })).not.toThrow();
	for (const wrong of ["", "lko_", secret.slice(0, -1), `${secret}x`, secret.toUpperCase(), token.id]) {
		expect(tokens.open(wrong), wrong).toBeUndefined();
	}
});

test.each([
	["1001", [{ room: "1001" }, "media"], [{ room: "1002" }, { room: "" }, "all_rooms", "everything"]],
	[undefined, [{ room: "1001" }, { room: "1002" }, "all_rooms", "media"], ["everything"]],
] as const)("limits a token for %s to its scope", async (liveId, reached, others) => {
	const { tokens } = await setup();
	const scope = tokens.open((await tokens.create("OBS", liveId)).secret);
	for (const purpose of reached) expect(() => scope?.require(purpose)).not.toThrow();
	const room = liveId === undefined ? "all rooms" : "room 1001";
	for (const purpose of others) {
		expect(() => scope?.require(purpose)).toThrow(
			expect.objectContaining({
				code: "forbidden_token",
				status: 403,
				message: `This overlay token can only read the events, broadcasts and status of ${room}, and its overlay's settings, pictures and sounds`,
			}),
		);
	}
});

test("stores the hash of the secret, not the secret", async () => {
	const { tokens, rows } = await setup();
	const { secret, token } = await tokens.create("OBS", "1001");
	const row = rows.get(token.id);
	expect(Buffer.from(row?.hash ?? []).equals(hashOf(secret))).toBe(true);
	expect(JSON.stringify(row)).not.toContain(secret.slice(4));
});

test("refuses the hundred-and-first, also of many at once", async () => {
	const { tokens } = await setup();
	const made = await Promise.allSettled(Array.from({ length: 105 }, () => tokens.create("OBS", undefined)));
	const refused = made.filter((one) => one.status === "rejected");
	expect(refused.map(({ reason }) => reason.code)).toEqual(Array.from({ length: 5 }, () => "too_many_tokens"));
	expect(tokens.list()).toHaveLength(100);
	await tokens.remove(tokens.list()[0]?.id ?? "");
	await tokens.create("again", undefined);
});

test("creates no unstored token, keeps one with unstored end", async () => {
	const { tokens, fault } = await setup();
	const { token, secret } = await tokens.create("OBS", undefined);
	fault.now = new Error("disk full");
	await expect(tokens.create("another", undefined)).rejects.toThrow("disk full");
	await expect(tokens.remove(token.id)).rejects.toThrow("disk full");
	expect(tokens.list().map(({ name }) => name)).toEqual(["OBS"]);
	expect(tokens.open(secret)).toBeDefined();
});

test("closes a revoked token and notifies each connection once", async () => {
	const { tokens } = await setup();
	const [one, other] = [await tokens.create("one", "1001"), await tokens.create("other", "1001")];
	const scope = tokens.open(one.secret);
	const [open, closed, foreign] = [vi.fn(), vi.fn(), vi.fn()];
	scope?.onRevoked(open);
	scope?.onRevoked(closed)();
	tokens.open(other.secret)?.onRevoked(foreign);
	await tokens.remove(one.token.id);
	await expect(tokens.remove(one.token.id)).rejects.toMatchObject({ code: "token_not_found" });
	expect(open.mock.calls).toEqual([[expect.objectContaining({ code: "token_revoked" })]]);
	expect([closed.mock.calls, foreign.mock.calls]).toEqual([[], []]);
	expect(tokens.open(one.secret)).toBeUndefined();
	// A client that was admitted a moment ago and has not reached a room yet.
	expect(() => scope?.require({ room: "1001" })).toThrow(expect.objectContaining({ code: "token_revoked" }));
	const late = vi.fn();
	scope?.onRevoked(late);
	expect(late).toHaveBeenCalledOnce();
});

test("reports the last use and stores it every ten minutes", async () => {
	const { tokens, registry, clock } = await setup();
	const { secret, token } = await tokens.create("OBS", "1001");
	const lastUsedAt = () => tokens.list()[0]?.lastUsedAt;
	const began = clock.now();
	expect(lastUsedAt()).toBeUndefined();
	for (let minute = 0; minute <= 25; minute++) {
		if (minute > 0) await clock.advance(60_000);
		tokens.open(secret);
		tokens.open(`${secret}x`);
		expect(lastUsedAt()).toBe(clock.now());
	}
	const noted = registry.used.mock.calls.map(([id, at]) => [id, at - began]);
	expect(noted).toEqual([0, 600_000, 1_200_000].map((at) => [token.id, at]));
});

test("counts as in use while a connection is open", async () => {
	const { tokens, clock } = await setup();
	const { secret } = await tokens.create("OBS", "1001");
	const close = tokens.open(secret)?.onRevoked(() => undefined);
	await clock.advance(7_200_000);
	expect(tokens.list()[0]?.lastUsedAt).toBe(clock.now());
	close?.();
	const ended = clock.now();
	await clock.advance(60_000);
	close?.();
	expect(tokens.list()[0]?.lastUsedAt).toBe(ended);
});

test("logs a use that can't be stored and admits it", async () => {
	const { tokens, fault, logger } = await setup();
	const { secret, token } = await tokens.create("OBS", "1001");
	fault.now = new Error("disk full");
	expect(tokens.open(secret)).toBeDefined();
	await vi.waitFor(() => expect(logger.warn).toHaveBeenCalledOnce());
	expect(logger.warn.mock.calls[0]?.[0]).toMatchObject({ err: fault.now, overlay_token: token.id });
});

test("ignores a damaged hash and opens the other tokens", async () => {
	const first = await setup();
	const { secret } = await first.tokens.create("OBS", "1001");
	const damaged = {
		id: "x",
		name: "x",
		hash: Uint8Array.of(1),
		createdAt: 1,
		liveId: undefined,
		settings: "",
		test: undefined,
		lastUsedAt: undefined,
	};
	const { tokens } = await setup([damaged, ...first.rows.values()]);
	expect(tokens.list().map(({ name }) => name)).toEqual(["x", "OBS"]);
	expect(tokens.open(secret)).toBeDefined();
	expect(tokens.open("lko_x")).toBeUndefined();
});

test("applies creations and revocations by another node", async () => {
	const { tokens, rows, notify } = await setup();
	const other = await setup();
	const made = await other.tokens.create("OBS", "1001");
	const mine = await tokens.create("mine", undefined);
	rows.set(made.token.id, other.rows.get(made.token.id) ?? expect.fail());
	notify();
	await vi.waitFor(() => expect(tokens.open(made.secret)).toBeDefined());
	expect(tokens.list().map(({ name }) => name)).toEqual(["mine", "OBS"]);
	const ended = vi.fn();
	tokens.open(made.secret)?.onRevoked(ended);
	rows.delete(made.token.id);
	notify();
	await vi.waitFor(() => expect(ended).toHaveBeenCalledWith(expect.objectContaining({ code: "token_revoked" })));
	expect(tokens.open(made.secret)).toBeUndefined();
	expect(tokens.open(mine.secret)).toBeDefined();
});

test("retries reading another node's changes until it is closed", async () => {
	const { clock, tokens, rows, notify, fault, logger } = await setup();
	const { token, secret } = await tokens.create("OBS", "1001");
	rows.delete(token.id);
	fault.now = new Error("no");
	notify();
	await vi.waitFor(() => expect(logger.warn).toHaveBeenCalledTimes(1));
	expect(tokens.open(secret)).toBeDefined();
	fault.now = undefined;
	await clock.advance(1_000);
	await vi.waitFor(() => expect(tokens.open(secret)).toBeUndefined());
	fault.now = new Error("no");
	notify();
	await vi.waitFor(() => expect(logger.warn).toHaveBeenCalledTimes(2));
	tokens.close();
	expect(clock.pendingTimers).toBe(0);
});

test("keeps local creations and revocations during a reload", async () => {
	const { tokens, rows, registry, notify } = await setup();
	const old = await tokens.create("old", "1001");
	const listing = [...rows.values()];
	let read: (rows: StoredOverlayToken[]) => void = () => expect.fail();
	registry.load = () => new Promise((resolve) => (read = resolve));
	notify();
	const young = await tokens.create("young", "1001");
	await tokens.remove(old.token.id);
	read(listing);
	await new Promise((resolve) => setImmediate(resolve));
	expect(tokens.list().map(({ name }) => name)).toEqual(["young"]);
	expect(tokens.open(young.secret)).toBeDefined();
	expect(tokens.open(old.secret)).toBeUndefined();
});

test("changes an overlay's settings without a new secret", async () => {
	const { tokens, rows } = await setup();
	const { token, secret } = await tokens.create("OBS", "1001", "theme=ink");
	const other = await tokens.create("other", "1001");
	expect(tokens.read(token.id)).toMatchObject({ name: "OBS", liveId: "1001", settings: "theme=ink", test: undefined });
	await tokens.change(token.id, { settings: "size=40" });
	await tokens.change(token.id, { name: "右上" });
	expect(tokens.read(token.id)).toMatchObject({ name: "右上", liveId: "1001", settings: "size=40" });
	expect(rows.get(token.id)).toMatchObject({ name: "右上", settings: "size=40" });
	const scope = tokens.open(secret);
	expect(() => scope?.require({ overlay: token.id })).not.toThrow();
	expect(() => scope?.require({ overlay: other.token.id })).toThrow(
		expect.objectContaining({ code: "forbidden_token" }),
	);
	await expect(tokens.change("nobody", { name: "x" })).rejects.toMatchObject({ code: "token_not_found" });
	expect(() => tokens.read("nobody")).toThrow(expect.objectContaining({ code: "token_not_found" }));
});

test("ends open connections when it is given another room", async () => {
	const { tokens } = await setup();
	const { token, secret } = await tokens.create("OBS", "1001");
	const scope = tokens.open(secret);
	const ended = vi.fn();
	scope?.onRevoked(ended);
	await tokens.change(token.id, { settings: "theme=ink" });
	expect(ended).not.toHaveBeenCalled();
	await tokens.change(token.id, { liveId: "1002" });
	expect(ended.mock.calls).toEqual([[expect.objectContaining({ code: "token_revoked" })]]);
	expect(() => scope?.require({ room: "1002" })).not.toThrow();
	expect(() => scope?.require({ room: "1001" })).toThrow(expect.objectContaining({ code: "forbidden_token" }));
});

test("makes each requested test a new one", async () => {
	const { tokens } = await setup();
	const { token } = await tokens.create("OBS", "1001", "theme=ink");
	const first = await tokens.test(token.id, "gift");
	const second = await tokens.test(token.id, "gift");
	expect([first.test?.kind, second.settings]).toEqual(["gift", "theme=ink"]);
	expect(second.test?.id).not.toBe(first.test?.id);
	expect(tokens.read(token.id).test).toEqual(second.test);
});

test("counts an overlay's settings request as a use", async () => {
	const { tokens, clock } = await setup();
	const { token } = await tokens.create("OBS", "1001");
	expect(tokens.list()[0]?.lastUsedAt).toBeUndefined();
	tokens.read(token.id);
	expect(tokens.list()[0]?.lastUsedAt).toBe(clock.now());
});

test("applies another node's changes and closes a removed room", async () => {
	const { tokens, rows, notify } = await setup();
	const { token, secret } = await tokens.create("OBS", "1001");
	const ended = vi.fn();
	tokens.open(secret)?.onRevoked(ended);
	const row = rows.get(token.id) ?? expect.fail();
	rows.set(token.id, { ...row, liveId: "1002", settings: "theme=ink", test: { id: "1", kind: "chat" } });
	notify();
	await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce());
	expect(tokens.read(token.id)).toMatchObject({
		liveId: "1002",
		settings: "theme=ink",
		test: { id: "1", kind: "chat" },
	});
});
