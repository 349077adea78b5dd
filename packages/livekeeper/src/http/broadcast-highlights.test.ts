import { chat } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { expect, test } from "vitest";
import { run } from "../cli/run.helpers.ts";
import { ask, startWithRoom, type TestService } from "../service/service.helpers.ts";

const minuteMs = 60_000;
const path = "/api/v1/rooms/1001/broadcasts/latest";
const user = (n: number) => ({
	...{ id: `${n}`, secUid: `sec-${n}`, nickname: `人${n}`, gender: "unknown" as const, avatar: "", level: 1 },
	masked: false,
});

/**
 * Simulates a 40-minute broadcast that is busy in one of its minutes.
 * @returns the start of that minute, ms since the epoch
 */
async function broadcast(service: TestService): Promise<number> {
	const start = service.clock.now();
	const busy = Math.floor(start / minuteMs) * minuteMs + 25 * minuteMs;
	let n = 0;
	const said = (at: number, content: string) => chat(at, { id: `c${++n}`, content, user: user(n % 40) } as object);
	for (let i = 0; i < 40; i++) {
		const at = start + i * minuteMs;
		if (i === 25) service.upstream.last.frame(Array.from({ length: 90 }, (_, ms) => said(busy + ms, "火龙果")));
		service.upstream.last.frame(Array.from({ length: 8 }, () => said(at, "主播唱歌好听")));
	}
	await service.until(async () => {
		await service.clock.advance(1_000);
		expect((await ask(service, "GET", "/api/v1/rooms/1001/events?types=chat&limit=1000")).body.events).toHaveLength(
			410,
		);
	});
	return busy;
}

test("returns moments with reasons, offsets and new words", async () => {
	const service = await startWithRoom();
	const busy = await broadcast(service);
	const { body } = await ask(service, "GET", `${path}/highlights`);
	expect(body).toMatchObject({
		live_id: "1001",
		highlights: [
			{
				...{ from: busy, to: busy + minuteMs, new_words: [{ word: "火龙果", people: 40 }] },
				reasons: [{ figure: "messages", value: 98, usual: 8, times: 12.3 }],
				why: { en: "12.3 × the usual number of messages; new word: 火龙果", zh: "消息是平时的 12.3 倍；新词：火龙果" },
				start_seconds: (busy - body.recording_from) / 1_000,
			},
		],
	});
	const later = await ask(service, "GET", `${path}/highlights?from=${busy - 5_000}&offset=2&words=0`);
	expect(later.body.highlights).toMatchObject([{ start_seconds: 7, end_seconds: 67, new_words: [] }]);
	expect((await ask(service, "GET", `${path}/highlights?to=${busy}`)).body.highlights).toEqual([]);
	const report = await ask(service, "GET", `${path}/report`);
	expect(report.body.highlights).toMatchObject([{ from: busy, why: { en: "12.3 × the usual number of messages" } }]);

	const words = await ask(service, "GET", `${path}/words?limit=2`);
	expect(words.body).toMatchObject({ chats: 410, complete: true });
	expect(words.body.words.map(({ word }: { word: string }) => word)).toEqual(["主播", "唱歌"]);
});

test("sends chapters as files in the reader's language", async () => {
	const service = await startWithRoom();
	const busy = await broadcast(service);
	const get = (format: string) =>
		fetch(`${service.url}${path}/highlights?format=${format}&from=${busy - 65_000}&lang=zh`);
	const youtube = await get("youtube");
	expect(youtube.headers.get("content-type")).toContain("text/plain");
	expect(youtube.headers.get("content-disposition")).toMatch(
		/^attachment; filename="1001-\w+-highlights\.youtube\.txt"$/,
	);
	expect(await youtube.text()).toBe("0:00 开场\n1:05 消息是平时的 12.3 倍；新词：火龙果\n2:05 之后\n");
	expect(await (await get("ffmetadata")).text()).toContain("START=65000\nEND=125000\n");
	expect(await (await get("edl")).text()).toContain("00:01:05:00 00:02:05:00 01:00:00:00 01:01:00:00");
	expect((await get("csv")).headers.get("content-type")).toContain("text/csv");
});

test("refuses unknown rooms, broadcasts, formats and empty ranges", async () => {
	const service = await startWithRoom();
	const codes = async (query: string) => {
		const { status, body } = await ask(service, "GET", query);
		return [status, body.error.code];
	};
	expect(await codes(`${path.replace("latest", "1")}/highlights`)).toEqual([404, "broadcast_not_found"]);
	expect(await codes(`${path.replace("latest", "1")}/words`)).toEqual([404, "broadcast_not_found"]);
	expect(await codes(`${path}/highlights?format=srt`)).toEqual([400, "invalid_request"]);
	expect(await codes(`${path}/highlights?from=1767225600000&to=1767225600000`)).toEqual([400, "invalid_request"]);
	expect(await codes("/api/v1/rooms/999/broadcasts/latest/words")).toEqual([404, "room_not_found"]);
});

test("prints moments and words, and writes chapters", async () => {
	const service = await startWithRoom();
	const busy = await broadcast(service);
	const url = ["--url", service.url];
	const shown = await run("highlights", "1001", "--from", `${busy - 3_725_000}`, ...url);
	expect(shown.out).toMatch(/^\d\d:\d\d {3}1:02:05 {2}12\.3 × the usual number of messages; new word: 火龙果$/m);
	const chapters = await run("highlights", "1001", "latest", "--format", "csv", "-o", "-", ...url);
	expect(chapters.out).toContain("start,end,start_seconds,end_seconds,title");
	expect(JSON.parse((await run("highlights", "1001", "--json", ...url)).out).highlights).toHaveLength(1);
	expect((await run("highlights", "1001", "--to", `${busy}`, ...url)).out).toContain("No moment stands out");
	const words = await run("words", "1001", "--limit", "3", ...url);
	expect(words.out).toContain("Most used words in 410 chat messages");
	expect(words.out).toMatch(/320 {2}主播/);
	expect((await run("words", "1001", "--limit", "0", ...url)).err).toContain("1 to 500");
});
