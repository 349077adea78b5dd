import { expect, test } from "vitest";
import { builtInProfile, type SiteProfile } from "../site-profile/index.ts";
import type { Drift } from "../upstream.ts";
import { encodeChatMessage } from "../wire/index.ts";
import { checkedEvery, MessageWatch } from "./message-watch.ts";

function watched(profile: SiteProfile = builtInProfile) {
	const seen: string[] = [];
	const watch = new MessageWatch(
		() => profile,
		({ kind, name }: Drift) => seen.push(`${kind} ${name}`),
	);
	return { watch, seen };
}

const chat = encodeChatMessage({ content: "晚上好" });
/** Field 300, a varint. */
const added = Buffer.concat([chat, Buffer.from([0xe0, 0x12, 1])]);

test("counts each message of an unknown kind", () => {
	const { watch, seen } = watched({ ...builtInProfile, known_methods: ["WebcastKnownMessage"] });
	for (const method of ["WebcastNewMessage", "WebcastKnownMessage", "WebcastNewMessage", "WebcastChatMessage"]) {
		watch.saw(method, chat, true);
	}
	expect(seen).toEqual(["method WebcastNewMessage", "method WebcastNewMessage"]);
});

test("finds an added field in one of sixteen messages", () => {
	const { watch, seen } = watched();
	for (let n = 0; n < checkedEvery - 1; n++) watch.saw("WebcastChatMessage", added, false);
	expect(seen).toEqual([]);
	watch.saw("WebcastChatMessage", added, false);
	expect(seen).toEqual(["field WebcastChatMessage#300"]);
	for (let n = 0; n < 2 * checkedEvery; n++) watch.saw("WebcastChatMessage", chat, false);
	expect(seen).toHaveLength(1);
});

test("knows the fields that the profile lists", () => {
	const { watch, seen } = watched({ ...builtInProfile, known_fields: { WebcastChatMessage: [41, 300] } });
	for (let n = 0; n < checkedEvery; n++) watch.saw("WebcastChatMessage", added, false);
	expect(seen).toEqual([]);
});

test("survives payloads that are cut or endless", () => {
	const { watch, seen } = watched();
	for (let n = 0; n < 4 * checkedEvery; n++)
		watch.saw("WebcastChatMessage", added.subarray(0, n % added.length), false);
	const endless = Buffer.alloc(1_000_000, 0x08);
	for (let n = 0; n < checkedEvery; n++) watch.saw("WebcastChatMessage", endless, false);
	expect(seen.every((one) => one.startsWith("field WebcastChatMessage#"))).toBe(true);
});
