import type { Text } from "./text.ts";

/** What schemas say of a value that is not as it should be. A schema gives the English one, by which it is found again. */
export const checkTexts = {
	seq: {
		en: "expected the seq of the last event that was seen, e.g. 0",
		zh: "应为最后收到的消息的 seq，例如 0",
	},
	roomList: {
		en: "expected at most 100 live ids, separated by commas, e.g. 1001,1002",
		zh: "应为至多 100 个以逗号分隔的直播号，例如 1001,1002",
	},
	cursor: { en: "expected the cursor of the page before", zh: "应为上一页的 cursor" },
	flag: { en: "expected 1 or 0", zh: "应为 1 或 0" },
	string: { en: "expected a string", zh: "应为字符串" },
	liveIdLength: { en: "too long: at most 2048 characters", zh: "过长：最多 2048 个字符" },
	rooms: { en: 'expected "*" or a list of live ids', zh: '应为 "*" 或直播号的列表' },
	secret: {
		en: "must have 16 to 256 printable ASCII characters without spaces",
		zh: "应为 16 到 256 个不含空格的可打印 ASCII 字符",
	},
	id: { en: "not an id", zh: "不是 id" },
	cookie: { en: "must be one line: name=value; name=value", zh: "应为一行：name=value; name=value" },
	proxy: {
		en: "must be a URL that begins with http://, https:// or socks5://",
		zh: "应为以 http://、https:// 或 socks5:// 开头的 URL",
	},
	identityName: {
		en: "must be 1 to 64 letters, digits, '_', '-' or '.'",
		zh: "应为 1 到 64 个字母、数字、“_”、“-”或“.”",
	},
	officialApp: { en: "must be 1 to 64 letters, digits, '_' or '-'", zh: "应为 1 到 64 个字母、数字、“_”或“-”" },
	officialSecret: {
		en: "must have 1 to 256 printable ASCII characters without spaces",
		zh: "应为 1 到 256 个不含空格的可打印 ASCII 字符",
	},
	format: { en: "must be one of csv, jsonl, parquet", zh: "应为 csv、jsonl、parquet 之一" },
} as const satisfies Record<string, Text>;

export const noSuchKind = (unknown: string, all: string): Text => ({
	en: `no such kind: ${unknown}; there are ${all}`,
	zh: `没有这种类型：${unknown}；有 ${all}`,
});

/** For help texts and errors. */
export const timeFormats: Text = {
	en: "2026-01-31, 2026-01-31T20:00, 2026-01-31T20:00:00Z, ms since 1970, or 2h, 30m, 1d ago",
	zh: "2026-01-31、2026-01-31T20:00、2026-01-31T20:00:00Z、自 1970 年起的毫秒数，或多久以前：2h、30m、1d",
};

export const noTime = (given: string, secondsHint: string | undefined): Text => ({
	en: `'${given}' is not a time: give ${timeFormats.en}.${secondsHint === undefined ? "" : ` For seconds since 1970 add 000: ${secondsHint}.`}`,
	zh: `“${given}”不是时间：请给出 ${timeFormats.zh}。${secondsHint === undefined ? "" : `若为自 1970 年起的秒数，请补上 000：${secondsHint}。`}`,
});
