import type { LiveEventType, WireEvent } from "@livekeeper/douyin";
import { eventTexts, moneyTexts } from "./catalogue.ts";
import { listed, type Text, verbatim } from "./text.ts";

type Of<Type extends LiveEventType> = Extract<WireEvent, { type: Type }>;
type Side = Of<"pk_score">["sides"][number];

export function lightGiftText({ gift_name: name, gift_id: id, count, diamond_count: each }: Of<"light_gift">): Text {
	return moneyTexts.lightGift(name || eventTexts.giftId(id), count, each);
}

export function bannerText({ extra, wishes }: Of<"banner">): Text {
	if (!wishes) return eventTexts.banner(extra.length);
	return moneyTexts.wishes(
		listed(wishes.map(({ gift_name: gift, progress, target }) => `${gift} ${progress}/${target}`)),
	);
}

export function pkStartedText({ sides, duration_ms: durationMs }: Of<"pk_started">): Text {
	return moneyTexts.pkBegan(sides.map(nameOf).join(" – "), Math.round(durationMs / 1000));
}

export function pkScoreText({ sides }: Of<"pk_score">): Text {
	return moneyTexts.pkStands(listed(sides.map(sideText)));
}

export function pkEndedText({ sides, punish_ms: punishMs }: Of<"pk_ended">): Text {
	return moneyTexts.pkEnded(listed(sides.map(sideText)), Math.round(punishMs / 1000));
}

export function guestScoreText({ guest_id: id, display, contributors }: Of<"guest_score">): Text {
	return moneyTexts.guestScore(sideText({ id, name: "", display, contributors }));
}

export function pkTaskText({ sides }: Of<"pk_task">): Text {
	return moneyTexts.pkTask(
		listed(sides.map(({ id, display, progress, target }) => `${id} ${display || `${progress}/${target}`}`)),
		Math.max(0, ...sides.map(({ multiple }) => multiple)),
	);
}

export function seatsText(event: Of<"seats">): Text {
	const { action, operator_id: by, target_id: of } = event;
	const who = nameIn(event.seats, of);
	if (action === "waiting") return moneyTexts.seats.waiting(event.waiting ?? 0);
	if (action === "locked" || action === "unlocked") return moneyTexts.seats[action](event.position ?? 0);
	if (action === "guests") return event.allowed ? moneyTexts.seats.allowed : moneyTexts.seats.refused;
	if (action === "muted" || action === "unmuted") return moneyTexts.seats[action](who, by === "0" ? "" : by);
	if (action === "entered" || action === "left" || action === "removed") return moneyTexts.seats[action](who);
	return seatList(event.seats);
}

/** Returns the text of a page update. A newer service may send parts that this program doesn't know. */
export function pageText({ part, content }: Of<"page_update">): Text {
	return (moneyTexts.page as Partial<typeof moneyTexts.page>)[part]?.(content) ?? verbatim(content);
}

function seatList(seats: Of<"seats">["seats"]): Text {
	const { en, zh } = moneyTexts.seats.muteMark;
	return moneyTexts.seats.list(
		listed(
			seats.map(({ position, user, muted }) => {
				const seat = `${position} ${user?.nickname ?? "?"}`;
				return muted ? { en: seat + en, zh: seat + zh } : seat;
			}),
		),
	);
}

const nameIn = (seats: Of<"seats">["seats"], id: string): string =>
	seats.find(({ user }) => user?.id === id)?.user?.nickname ?? (id === "0" ? "" : id);

export function linkScoreText({ scores }: Of<"link_score">): Text {
	return moneyTexts.linkScore(
		listed(
			scores.map(({ id, name, display, score, added }) => {
				const points = display || (score === undefined ? "" : String(score));
				return `${name || id} ${added === undefined ? points : `+${added}`}`.trim();
			}),
		),
	);
}

export function luckyBoxText(box: Of<"lucky_box">): Text {
	if (box.action === "sent") return moneyTexts.box.sent(box.diamond_count, box.title);
	if (box.action === "update") return moneyTexts.box.update(box.diamonds_left ?? 0, box.parts_left ?? 0, box.title);
	return box.action === "won" ? moneyTexts.box.won(box.winners.length) : moneyTexts.box.ended;
}

export function lotteryText(lottery: Of<"lottery">): Text {
	if (lottery.action === "drawn") return moneyTexts.drawn(lottery.winners.length);
	const { prize, prize_count: count, lucky_count: lucky, participants } = lottery;
	return moneyTexts.lottery(prize, count, lucky, participants);
}

const nameOf = ({ name, id }: Side): string => name || id;

function sideText(side: Side): Text {
	const total = `${nameOf(side)}${side.display === undefined ? "" : ` ${side.display}`}`;
	const givers = listed((side.contributors ?? []).map(({ nickname, score: given }) => `${nickname} ${given}`));
	return givers.en === "" ? verbatim(total) : { en: `${total} (${givers.en})`, zh: `${total}（${givers.zh}）` };
}
