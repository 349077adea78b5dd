import type { Text } from "./text.ts";
import { countText } from "./units.ts";

/** How the site treats an identity: by what that is known, and what can be done. Sentences. */
export const identityStateTexts = {
	evidence: {
		barren: (sessions: number, rooms: readonly string[]): Text => ({
			en: `${sessions} sessions in a row brought nothing at all, in ${listed(rooms).en}.`,
			zh: `连续 ${sessions} 个会话什么也没有收到（${listed(rooms).zh}）。`,
		}),
		refused: (sessions: number, rooms: readonly string[]): Text => ({
			en: `The site refused ${sessions} sessions and named risk control, in ${listed(rooms).en}.`,
			zh: `网站以风控为由拒绝了 ${sessions} 个会话（${listed(rooms).zh}）。`,
		}),
		resting: (times: number): Text => ({
			en: times === 1 ? "It is left alone for a while." : `It is left alone for a while, the ${times}th time in a row.`,
			zh: times === 1 ? "暂时不再使用它。" : `暂时不再使用它，连续第 ${times} 次。`,
		}),
		noLogin: {
			en: "It has no login that holds: the site shows such sessions no gifts.",
			zh: "它没有有效的登录：网站不向这样的会话推送礼物。",
		},
		noGifts: (rooms: readonly string[]): Text => ({
			en: `No gift came, though some were given, in ${listed(rooms).en}.`,
			zh: `有人送礼却一个也没有收到（${listed(rooms).zh}）。`,
		}),
		firstOnly: (rooms: readonly string[]): Text => ({
			en: `The first gifts came, then none, though more were given, in ${listed(rooms).en}.`,
			zh: `只收到最初的礼物，之后仍有人送礼却再没有收到（${listed(rooms).zh}）。`,
		}),
		worth: (share: number, given: number): Text => ({
			en: `It is shown ${percent(share)} of the gifts' worth: of about ${countText(given)} diamonds.`,
			zh: `它收到礼物价值的 ${percent(share)}（共约 ${countText(given)} 抖币）。`,
		}),
		messages: (share: number, others: number): Text => ({
			en: `Of ${countText(others)} messages that others were shown in the same rooms it was shown ${percent(share)}.`,
			zh: `在相同的直播间，其他会话收到的 ${countText(others)} 条消息中，它收到 ${percent(share)}。`,
		}),
		unknown: {
			en: "Nothing tells yet what it is not shown: no room's totals, and no other identity in the same room.",
			zh: "还没有依据判断它收不到什么：没有直播间的累计值，同一直播间也没有其他身份。",
		},
	},
	advice: {
		wait: {
			en: "Wait: it is tried again by itself. Whoever goes on asking makes risk control longer.",
			zh: "请等待：会自动再试。继续请求只会延长风控。",
		},
		fewerRooms: {
			en: "Have fewer rooms go by it: cookies that watch many are put under risk control.",
			zh: "减少使用它的直播间：看很多直播间的 cookie 会被风控。",
		},
		rest: { en: "Let it rest for some days: stop the rooms that go by it.", zh: "让它休息几天：停用它的直播间。" },
		otherAccount: {
			en: "Try another account of yours, one that is used in the app as well.",
			zh: "换用你的另一个账号，最好平时也在 App 中使用。",
		},
		several: {
			en: "Give its rooms a second identity of yours: together they are shown more.",
			zh: "为它的直播间再设置一个你的身份：合起来收到的更多。",
		},
		logIn: { en: "Give it the cookie of a logged-in browser.", zh: "请提供已登录浏览器的 cookie。" },
	} satisfies Record<string, Text>,
};

function percent(share: number): string {
	return `${Math.round(share * 1000) / 10} %`;
}

function listed(rooms: readonly string[]): Text {
	const shown = rooms.slice(0, 5).join(", ");
	const more = rooms.length - 5;
	return more > 0
		? { en: `rooms ${shown} and ${more} more`, zh: `直播间 ${shown} 等 ${rooms.length} 个` }
		: { en: `${rooms.length === 1 ? "room" : "rooms"} ${shown}`, zh: `直播间 ${shown}` };
}
