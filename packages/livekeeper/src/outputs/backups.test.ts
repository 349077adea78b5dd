import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { ManualClock } from "@livekeeper/douyin/testing";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { expect, onTestFinished, test, vi } from "vitest";
import { Backups } from "./backups.ts";

/** Backups of 1 MiB in a temporary folder. */
function setup() {
	const [clock, folder] = [new ManualClock(), temporaryFolder()];
	const log = {
		backup: async () => {
			const path = join(folder, "copy");
			writeFileSync(path, Buffer.alloc(1 << 20));
			return path;
		},
		backupProgress: async () => undefined,
	};
	const backups = new Backups({ log, clock });
	const make = async () => {
		const { body } = await backups.make();
		onTestFinished(() => void body.destroy());
		body.on("error", () => undefined);
		return body;
	};
	return { clock, folder, make };
}

/** Takes one chunk of the backup. */
async function take(body: Readable): Promise<void> {
	if (body.readableLength === 0) await once(body, "readable");
	body.read();
}

test("drops a stalled reader's copy before the next backup", async () => {
	const { clock, folder, make } = setup();
	const body = await make();
	await take(body);
	await expect(make()).rejects.toMatchObject({ code: "backup_running" });
	for (let minute = 0; minute < 3; minute++) await clock.advance(60_000);
	await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]));
	expect(body.errored?.message).toContain("60 s");
	expect(clock.pendingTimers).toBe(0);
	await vi.waitFor(make);
});

test("serves a slow reader the whole copy", async () => {
	const { clock, folder, make } = setup();
	const body = await make();
	for (let part = 0; part < 10; part++) {
		await take(body);
		await vi.waitFor(() => expect(body.readableLength).toBeGreaterThan(0));
		await clock.advance(60_000);
	}
	expect(body.destroyed).toBe(false);
	await once(body.resume(), "close");
	expect(body.errored).toBeNull();
	await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]));
	expect(clock.pendingTimers).toBe(0);
});
