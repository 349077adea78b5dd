import { expect, test } from "vitest";
import type { ChatEvent } from "../events/live-event.ts";
import { EventBuffer } from "./event-buffer.ts";

/** A chat event of 20 MiB. */
function large(id: number): ChatEvent {
	const common = { liveId: "1001", roomId: "7", method: "WebcastChatMessage", at: id, receivedAt: 0 };
	return { ...common, type: "chat", id: String(id), content: "", raw: new Uint8Array(20 * 1024 * 1024) };
}

test("ends at 64 MiB of waiting events", async () => {
	const buffer = new EventBuffer(10_000);
	const loop = buffer.events(undefined);
	for (let id = 1; id <= 5; id++) {
		expect(buffer.push([large(id)])).toBe(true);
		expect((await loop.next()).value).toMatchObject({ id: String(id) });
	}
	expect([6, 7, 8, 9, 10].map((id) => buffer.push([large(id)]))).toEqual([true, true, true, false, false]);
	for (const id of ["6", "7", "8", "9"]) expect((await loop.next()).value).toMatchObject({ id });
	await expect(loop.next()).rejects.toMatchObject({ name: "DouyinError", reason: "storage" });
});
