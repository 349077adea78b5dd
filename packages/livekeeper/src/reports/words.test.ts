import { expect, test } from "vitest";
import { readWords, WordTally, wordsIn } from "./words.ts";

const minute = 60_000;
const start = Date.UTC(2026, 0, 1);

test("reads words without names, filler and sums", () => {
	const read = (text: string) => [...wordsIn(text)];
	expect(read("主播今天唱歌真好听啊哈哈哈哈哈666666，什么时候再来一首晴天？")).toEqual(
		expect.arrayContaining(["主播", "唱歌", "好听", "哈哈哈", "666", "晴天"]),
	);
	expect(read("今天 什么时候 这个 的 了 我 99 12:30 3,000")).toEqual([]);
	expect(read("@某某某 好听[比心][比心] https://example.com/x")).toEqual(["好听", "[比心]"]);
	expect(read("Nice nice ＮＩＣＥ voice")).toEqual(["nice", "voice"]);
	expect(read("！！！！。。。。🎉🎉🎉🎉")).toEqual([]);
	expect(read("唱".repeat(5_000)).length).toBeLessThan(5);
});

test("counts each message once for each of its words", () => {
	const tally = new WordTally();
	tally.add(start, "a", "唱歌 唱歌 唱歌");
	tally.add(start, "b", "唱歌好听");
	expect(tally.words(10)).toEqual([
		{ word: "唱歌", chats: 2 },
		{ word: "好听", chats: 1 },
	]);
	expect(tally.words(1)).toHaveLength(1);
});

test("finds words that many use and hardly anyone had", () => {
	const tally = new WordTally();
	const chat = (at: number, people: number, text: string) => {
		for (let i = 0; i < people; i++) tally.add(start + at * minute + i, `p${i}`, text);
	};
	chat(0, 20, "开场词");
	for (let i = 0; i < 20; i++) chat(i, 10, "主播好");
	chat(20, 8, "火龙果");
	// One person who repeats a word is not many.
	for (let i = 0; i < 30; i++) tally.add(start + 20 * minute + i, "p0", "刷屏词");
	chat(21, 3, "少数人");
	chat(22, 10, "火龙果");
	// A message that comes late does not end the minute that is read.
	tally.add(start + 5 * minute, "p0", "主播好");
	expect([...tally.newWords()]).toEqual([[start + 20 * minute, [{ word: "火龙果", people: 8 }]]]);
});

test("forgets rare words beyond its bound", () => {
	const tally = new WordTally();
	for (let i = 0; i < 30_000; i++) {
		tally.add(start + i * 10, `p${i % 7}`, `w${i.toString(36)}x`);
		if (i % 10 === 0) tally.add(start + i * 10, "p", "唱歌");
	}
	expect(tally.size).toBeLessThanOrEqual(20_000);
	expect(tally.words(1)).toEqual([{ word: "唱歌", chats: 3_000 }]);
});

test("reads one broadcast's chat page by page until its end", async () => {
	const event = (seq: number, room: string, content: string) => ({
		seq,
		type: "chat" as const,
		at: start + seq,
		json: JSON.stringify({ room_id: room, at: start + seq, content, user: { id: "1", sec_uid: "s", nickname: "n" } }),
	});
	const all = [event(3, "r1", "主播好听"), event(4, "r2", "别的直播"), event(6, "r1", "好听"), event(9, "r1", "之后")];
	const asked: (number | undefined)[] = [];
	const log = {
		async read(_: string, { after = 0 }: { after?: number | undefined } = {}) {
			asked.push(after);
			const events = all.filter(({ seq }) => seq > after).slice(0, 2);
			const nextAfter = events.at(-1)?.seq ?? 9;
			const truncated = after < 2 ? { from: 1, to: 2, reason: "retention" as const } : undefined;
			return {
				events,
				nextAfter,
				caughtUp: nextAfter === 9,
				oldestSeq: 3,
				lastSeq: 9,
				...(truncated && { truncated }),
			};
		},
	};
	const summary = { roomId: "r1", firstSeq: 1, lastSeq: 6 };
	expect(await readWords(log, "a", summary, { max: 1 })).toMatchObject({
		...{ chats: 2, complete: false, words: [{ word: "好听", chats: 2 }] },
	});
	expect(asked).toEqual([0, 4]);
	const gone = AbortSignal.abort(new Error("gone"));
	await expect(readWords(log, "a", summary, { max: 1, signal: gone })).rejects.toThrow("gone");
});
