import { expect, test } from "vitest";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { keptVisitors } from "./kept-visitors.ts";

function noteBoard() {
	const stored = new Map<string, unknown>();
	return {
		stored,
		get: async (name: string) => stored.get(name),
		put: async (name: string, value: unknown) => void stored.set(name, structuredClone(value)),
	};
}

const proxy = "http://me:secret@10.0.0.1:8080";

test("keeps a visitor cookie for each exit and node", async () => {
	const notes = noteBoard();
	const { logger, lines } = recordingLogger();
	const visitors = await keptVisitors({ notes, logger });
	visitors(undefined).write("direct-1");
	visitors(proxy).write("proxied-1");
	await expect.poll(() => JSON.stringify(notes.stored.get("visitors"))).toContain("proxied-1");
	const again = await keptVisitors({ notes, logger });
	expect([again(undefined).read(), again(proxy).read(), again("http://other:1").read()]).toEqual([
		"direct-1",
		"proxied-1",
		undefined,
	]);
	expect((await keptVisitors({ notes, logger, node: "b" }))(undefined).read()).toBeUndefined();
	expect(JSON.stringify([...notes.stored])).not.toContain("secret");
	again(undefined).write(undefined);
	await expect.poll(() => JSON.stringify(notes.stored.get("visitors"))).not.toContain("direct-1");
	expect(lines).toEqual([]);
});

test("logs cookies that can't be read or stored, and continues", async () => {
	const failing = () => Promise.reject(new Error("the disk does not answer"));
	const { logger, lines } = recordingLogger();
	const visitors = await keptVisitors({ notes: { get: failing, put: failing }, logger });
	expect(visitors(undefined).read()).toBeUndefined();
	visitors(undefined).write("direct-1");
	expect(visitors(undefined).read()).toBe("direct-1");
	await expect.poll(() => lines.map(({ event }) => event)).toEqual(["visitors_unreadable", "visitors_not_stored"]);
});
