import type { SeriesPoint } from "@livekeeper/log";
import fc from "fast-check";
import { expect, test } from "vitest";
import { chapterFormats, clock, placeIn, writeChapters } from "./chapters.ts";
import { highlightsOf, minMinutes } from "./highlights.ts";
import { WordTally } from "./words.ts";

const minute = 60_000;
/** 20:00 on a day of Beijing; a broadcast of six hours passes its midnight. */
const start = Date.UTC(2026, 0, 1, 12);

interface Figures {
	chats?: number;
	gifts?: number;
	diamonds?: number;
	likeMessages?: number;
	likes?: number;
}

function point(
	index: number,
	{ chats = 0, gifts = 0, diamonds = 0, likeMessages = 0, likes = 0 }: Figures,
): SeriesPoint {
	const messages = { viewers: 4, chat: chats, gift: gifts, like: likeMessages };
	return { at: start + index * minute, messages, viewers: 100, peakViewers: 100, likes, diamonds };
}

/** Random numbers from a seed, and values that vary as chance does. */
function dice(seed: number) {
	let state = seed >>> 0;
	const random = () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	const poisson = (rate: number) => {
		let count = 0;
		for (let left = rate; left > 0; left -= 20) {
			const end = Math.exp(-Math.min(20, left));
			for (let product = random(); product > end; product *= random()) count++;
		}
		return count;
	};
	return { random, poisson };
}

interface Rates {
	chats: number;
	gifts: number;
	price: number;
	likes: number;
	batch: number;
}

/** A minute in which everything happens at its usual rate. */
function usual({ chats, gifts, price, likes, batch }: Rates, { poisson }: ReturnType<typeof dice>): Figures {
	const [given, liked] = [poisson(gifts), poisson(likes)];
	return { chats: poisson(chats), gifts: given, diamonds: given * price, likeMessages: liked, likes: liked * batch };
}

test("finds six planted moments and at most two more", () => {
	for (let seed = 1; seed <= 4; seed++) {
		const chance = dice(seed);
		const rates = { chats: 40, gifts: 2, price: 10, likes: 8, batch: 10 };
		const tally = new WordTally();
		const points: SeriesPoint[] = [];
		for (let i = 0; i < 360; i++) {
			// An evening swells and ebbs, and a long gap is no quiet minute.
			if (i >= 150 && i < 170) continue;
			const swell = 1 + 0.5 * Math.sin((i / 360) * Math.PI);
			const figures = usual({ ...rates, chats: rates.chats * swell }, chance);
			if (i === 40 || i === 41) figures.chats = (figures.chats ?? 0) + 200;
			if (i === 100) figures.diamonds = (figures.diamonds ?? 0) + 3_000;
			if (i === 190) figures.likes = (figures.likes ?? 0) + 900;
			if (i === 250) figures.chats = (figures.chats ?? 0) + 170;
			if (i === 280) figures.diamonds = (figures.diamonds ?? 0) + 520;
			points.push(point(i, figures));
			for (let n = 0; n < (figures.chats ?? 0); n++) {
				const common = ["主播", "唱歌", "好听", "晚上好", "加油"][Math.floor(chance.random() ** 2 * 5)] ?? "";
				// Thirty people find a name for it, without writing more than usual.
				const text = i === 320 && n < 30 ? `${common}火龙果` : common;
				tally.add(start + i * minute + n * 100, `p${n}`, text);
			}
		}
		const found = highlightsOf(points, { newWords: tally.newWords() });
		const at = found.map(({ from }) => (from - start) / minute);
		for (const planted of [40, 100, 190, 250, 280, 320]) expect(at, `seed ${seed}`).toContain(planted);
		expect(found.length).toBeLessThanOrEqual(8);
		const of = (planted: number) => found[at.indexOf(planted)];
		expect(of(40)).toMatchObject({ to: start + 42 * minute });
		expect(of(40)?.reasons[0]?.figure).toBe("messages");
		expect(of(40)?.reasons[0]?.times).toBeGreaterThan(3);
		expect(of(100)?.reasons[0]).toMatchObject({ figure: "diamonds" });
		expect(of(190)?.reasons[0]).toMatchObject({ figure: "likes" });
		expect(of(320)?.words[0]).toEqual({ word: "火龙果", people: 30 });
	}
});

test("finds nothing in a flat broadcast", () => {
	const rates = fc.record({
		chats: fc.double({ min: 0, max: 400, noNaN: true }),
		// Where gifts are rare, two in one minute do stand out.
		gifts: fc.double({ min: 2, max: 30, noNaN: true }),
		price: fc.constantFrom(0, 1, 10, 24, 99),
		likes: fc.double({ min: 0, max: 60, noNaN: true }),
		batch: fc.integer({ min: 1, max: 15 }),
	});
	fc.assert(
		fc.property(rates, fc.integer(), fc.integer({ min: 1, max: 400 }), (flat, seed, length) => {
			const chance = dice(seed);
			const points = Array.from({ length }, (_, i) => point(i, usual(flat, chance)));
			expect(highlightsOf(points)).toEqual([]);
		}),
		{ numRuns: 300 },
	);
});

test("keeps order, bounds and offsets over gaps and midnight", () => {
	const wild = fc.record({
		chats: fc.nat(2_000),
		gifts: fc.nat(50),
		diamonds: fc.nat(100_000),
		likeMessages: fc.nat(50),
		likes: fc.nat(20_000),
	});
	const minutes = fc.array(fc.record({ skip: fc.constantFrom(0, 0, 0, 0, 1, 5, 700), wild, isWild: fc.boolean() }), {
		maxLength: 120,
	});
	fc.assert(
		fc.property(minutes, fc.integer({ min: 1, max: 12 }), fc.nat(5_000_000), (all, max, lateMs) => {
			let index = 0;
			const points = all.map(({ skip, wild: figures, isWild }) => {
				index += 1 + skip;
				return point(index, isWild ? figures : { chats: 10 });
			});
			const found = highlightsOf(points, { max });
			expect(found.length).toBeLessThanOrEqual(max);
			if (points.length < minMinutes) expect(found).toEqual([]);
			const starts = new Set(points.map(({ at }) => at));
			for (const [i, { from, to, reasons }] of found.entries()) {
				expect(starts.has(from)).toBe(true);
				expect(starts.has(to - minute)).toBe(true);
				expect(from).toBeGreaterThan((found[i - 1]?.to ?? 0) - 1);
				expect(reasons.length).toBeGreaterThan(0);
				const place = placeIn({ from, to }, { from: start + lateMs, offsetMs: 0 });
				if (!place) expect(to).toBeLessThanOrEqual(start + lateMs);
				else {
					expect(start + lateMs + place.endMs).toBe(to);
					expect(place.startMs).toBe(Math.max(0, from - start - lateMs));
				}
			}
		}),
	);
});

test("counts a single big gift where gifts are rare", () => {
	const points = Array.from({ length: 60 }, (_, i) =>
		point(i, { chats: 20, ...(i === 30 && { gifts: 1, diamonds: 3_000 }) }),
	);
	expect(highlightsOf(points)).toMatchObject([
		{ from: start + 30 * minute, reasons: [{ figure: "diamonds", value: 3_000, usual: 0, times: undefined }] },
	]);
});

const chapters = [
	{ startMs: 4_000, endMs: 64_000, title: "礼物 88 抖币；a=b;#c\\d" },
	{ startMs: 3_599_500, endMs: 3_720_000, title: '=1+1 "quoted"\nnext' },
];
const options = { name: "灯塔\n本人", beginning: "开场", after: "之后", lengthMs: 3_725_000 };
const written = (format: (typeof chapterFormats)[number]) => writeChapters(chapters, { ...options, format });

test("writes chapters in each format", () => {
	expect(written("ffmetadata")).toBe(
		";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=4000\nEND=64000\ntitle=礼物 88 抖币；a\\=b\\;\\#c\\\\d\n" +
			'[CHAPTER]\nTIMEBASE=1/1000\nSTART=3599500\nEND=3720000\ntitle=\\=1+1 "quoted" next\n',
	);
	// A chapter of YouTube has 10 s at least, and the first begins at 0:00.
	expect(written("youtube")).toBe('0:00 礼物 88 抖币；a=b;#c\\d\n1:04 之后\n59:59 =1+1 "quoted" next\n');
	expect(written("csv")).toBe(
		"start,end,start_seconds,end_seconds,title\r\n" +
			'00:00:04,00:01:04,4.000,64.000,"礼物 88 抖币；a=b;#c\\d"\r\n' +
			`00:59:59,01:02:00,3599.500,3720.000,"'=1+1 ""quoted"" next"\r\n`,
	);
	expect(written("edl").split("\n")).toEqual([
		"TITLE: 灯塔 本人",
		"FCM: NON-DROP FRAME",
		"",
		"001  AX       AA/V  C        00:00:04:00 00:01:04:00 01:00:00:00 01:01:00:00",
		"* FROM CLIP NAME: 灯塔 本人",
		"* COMMENT: 礼物 88 抖币；a=b;#c\\d",
		"",
		"002  AX       AA/V  C        00:59:59:00 01:02:00:00 01:01:00:00 01:03:01:00",
		"* FROM CLIP NAME: 灯塔 本人",
		'* COMMENT: =1+1 "quoted" next',
		"",
	]);
	expect([clock(0), clock(61), clock(3_661)]).toEqual(["0:00", "1:01", "1:01:01"]);
	for (const format of chapterFormats) expect(writeChapters([], { ...options, format })).not.toBe("");
});

/**
 * Parses metadata as ffmpeg 7 does: `\\` takes the next character as it is, and a line break after any `\\`, itself
 * escaped or not, ends no line.
 */
function parseFfmetadata(file: string): { section: string; values: Map<string, string> }[] {
	const [header, ...lines] = file.split(/(?<!\\)\n/);
	expect(header).toBe(";FFMETADATA1");
	const sections: { section: string; values: Map<string, string> }[] = [];
	for (const line of lines) {
		if (line === "" || /^[;#]/.test(line)) continue;
		const section = /^\[(\w+)\]$/.exec(line)?.[1];
		if (section) sections.push({ section, values: new Map() });
		else {
			const [, key = "", value = ""] = /^((?:\\.|[^\\=])*)=((?:\\.|[^\\=;#\n])*)$/su.exec(line) ?? expect.fail(line);
			sections.at(-1)?.values.set(key, value.replace(/\\(.)/gsu, "$1"));
		}
	}
	return sections;
}

const disjoint = fc.array(
	fc.record({
		gapMs: fc.nat(600_000),
		lengthMs: fc.integer({ min: 1, max: 300_000 }),
		title: fc.oneof(
			fc.string({ unit: "binary" }),
			fc.string({ unit: fc.constantFrom("=", ";", "#", "\\", "\n", "[", "]", "<", "a") }),
		),
	}),
	{ maxLength: 12 },
);
const cut = fc.record({ lateMs: fc.integer({ min: -60_000, max: 600_000 }), lengthMs: fc.nat(3_600_000) });

/** Places disjoint moments in a recording of them, as the API does. */
function placed(
	moments: readonly { gapMs: number; lengthMs: number; title: string }[],
	{ lateMs, lengthMs }: { lateMs: number; lengthMs: number },
) {
	const recording = { from: start + lateMs, to: start + lateMs + lengthMs, offsetMs: 0 };
	let at = start;
	return moments.flatMap(({ gapMs, lengthMs, title }) => {
		const from = at + gapMs;
		at = from + lengthMs;
		const place = placeIn({ from, to: at }, recording);
		return place ? [{ ...place, title }] : [];
	});
}

const shownAs = (title: string) => title.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, " ").trim();

test("writes metadata that ffmpeg reads back", () => {
	fc.assert(
		fc.property(disjoint, cut, (moments, recording) => {
			const chapters = placed(moments, recording);
			const file = writeChapters(chapters, { ...options, format: "ffmetadata" });
			const read = parseFfmetadata(file);
			expect(read.map(({ section, values }) => [section, values.get("title")?.trim()])).toEqual(
				chapters.map(({ title }) => ["CHAPTER", shownAs(title)]),
			);
			let before = 0;
			for (const [i, { values }] of read.entries()) {
				expect(values.get("TIMEBASE")).toBe("1/1000");
				const [from, to] = [values.get("START"), values.get("END")].map(Number);
				expect([from, to]).toEqual([chapters[i]?.startMs, chapters[i]?.endMs]);
				expect(from).toBeGreaterThanOrEqual(before);
				expect(to).toBeGreaterThan(from ?? 0);
				before = to ?? 0;
			}
		}),
	);
});

test("writes chapters that YouTube takes", () => {
	fc.assert(
		fc.property(disjoint, cut, (moments, recording) => {
			const { lengthMs } = recording;
			const chapters = placed(moments, recording).map((one) => ({ ...one, title: `x${one.title}` }));
			const file = writeChapters(chapters, { ...options, format: "youtube", lengthMs });
			expect(file).not.toMatch(/[<>]/);
			const lines = file.trimEnd().split("\n");
			const times = lines.map((line) => {
				const [, hours = "0", minutes = "", seconds = ""] = /^(?:(\d+):)?(\d{1,2}):(\d\d) \S/.exec(line) ?? [];
				return Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
			});
			expect(times[0]).toBe(0);
			const ends = [...times.slice(1), Math.max(10, Math.floor(lengthMs / 1000))];
			for (const [i, time] of times.entries()) expect((ends[i] ?? 0) - time).toBeGreaterThanOrEqual(10);
			// Three at least, if the moments have as many borders far enough apart.
			const inside = chapters.filter(({ startMs, endMs }) => startMs >= 10_000 && endMs - startMs >= 10_000);
			if (inside.some(({ endMs }) => lengthMs - endMs >= 10_000)) expect(lines.length).toBeGreaterThanOrEqual(3);
		}),
	);
});

test("clips moments to the recording", () => {
	const moment = { from: start + 10 * minute, to: start + 12 * minute };
	const place = (recording: { from: number; to?: number; offsetMs?: number }) =>
		placeIn(moment, { offsetMs: 0, ...recording });
	expect(place({ from: start })).toEqual({ startMs: 10 * minute, endMs: 12 * minute });
	expect(place({ from: start, offsetMs: -2_500 })).toEqual({ startMs: 597_500, endMs: 717_500 });
	expect(place({ from: start + 11 * minute })).toEqual({ startMs: 0, endMs: minute });
	expect(place({ from: start, to: start + 11 * minute })).toEqual({ startMs: 10 * minute, endMs: 11 * minute });
	expect(place({ from: start + 12 * minute })).toBeUndefined();
	expect(place({ from: start, to: start + 10 * minute })).toBeUndefined();
});
