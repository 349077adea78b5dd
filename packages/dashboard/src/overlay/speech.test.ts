import type { RoomEvent } from "@livekeeper/client";
import { expect, test } from "vitest";
import { OverlayModel } from "./model.ts";
import { chat, gift, settingsOf } from "./samples.helpers.ts";
import { Speech } from "./speech.ts";

function speaking(search: string) {
	const settings = settingsOf(search);
	/** Active watchdogs with their delays, ms. */
	const timers = new Set<{ delayMs: number; fn: () => void }>();
	const spoken: string[] = [];
	/** Callbacks that report the end of each text that was started. */
	const ends: (() => void)[] = [];
	const voice = {
		play: (text: string, done: () => void) => {
			spoken.push(text);
			ends.push(done);
		},
		cancel: () => spoken.push("(cut)"),
	};
	const speech = new Speech(voice, settings, (delayMs, fn) => {
		const timer = { delayMs, fn };
		timers.add(timer);
		return { cancel: () => timers.delete(timer) };
	});
	const model = new OverlayModel(settings);
	return {
		spoken,
		timers,
		speech,
		ends,
		finish: () => ends.at(-1)?.(),
		add(event: RoomEvent) {
			const line = model.add(event, 0);
			if (line) speech.say(line, line.key !== event.seq);
		},
	};
}

const by = (nickname: string) => ({ user: { nickname, level: 1, avatar: "" } });

test("reads the chosen kinds, one after the other", () => {
	const { add, spoken, finish } = speaking("tts=chat");
	add(chat("你好", by("甲")));
	add(gift("s", 1));
	add(chat("再见", by("乙")));
	expect(spoken).toEqual(["甲说：你好"]);
	finish();
	expect(spoken).toEqual(["甲说：你好", "乙说：再见"]);
});

test("drops the oldest of more than three waiting messages", () => {
	const { add, spoken, finish, speech } = speaking("tts=chat&lang=en");
	for (let i = 0; i < 1_000; i++) add(chat(`${i}`, by("a")));
	expect(speech.waiting).toBe(3);
	for (let i = 0; i < 9; i++) finish();
	expect(spoken).toEqual(["a: 0", "a: 997", "a: 998", "a: 999"]);
});

test("reads a streak once, with its total at that moment", () => {
	const { add, spoken, finish } = speaking("tts=chat,gift&lang=en");
	add(chat("hi", by("a")));
	add(gift("s", 1, 1, by("b")));
	add(gift("s", 7, 1, by("b")));
	finish();
	add(gift("s", 9, 1, by("b")));
	finish();
	expect(spoken).toEqual(["a: hi", "b sent 玫瑰 ×7"]);
});

test("cuts a voice without an end after 15 s", () => {
	const { add, spoken, ends, timers } = speaking("tts=chat&lang=en");
	add(chat("1", by("a")));
	add(chat("2", by("a")));
	add(chat("3", by("a")));
	const [watchdog] = timers;
	expect([timers.size, watchdog?.delayMs]).toEqual([1, 15_000]);
	watchdog?.fn();
	expect(spoken).toEqual(["a: 1", "(cut)", "a: 2"]);
	ends[0]?.();
	expect(spoken).toEqual(["a: 1", "(cut)", "a: 2"]);
	ends[1]?.();
	expect(spoken).toEqual(["a: 1", "(cut)", "a: 2", "a: 3"]);
});

test("skips deleted lines, except the one being read", () => {
	const { speech, spoken, finish } = speaking("tts=chat&lang=en");
	const model = new OverlayModel(settingsOf("tts=chat&lang=en"));
	const lines = ["0", "1", "2"].map((text) => model.add(chat(text, { id: text, ...by("a") }), 0));
	for (const line of lines) if (line) speech.say(line, false);
	for (const line of model.takeBack(["0", "1"])) speech.forget(line);
	finish();
	finish();
	expect(spoken).toEqual(["a: 0", "a: 2"]);
});
