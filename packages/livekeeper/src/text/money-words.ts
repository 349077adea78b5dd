import type { LiveEventType, WireEvent } from "@livekeeper/douyin";
import { eventTexts, moneyTexts } from "./catalogue.ts";
import type { Text } from "./text.ts";

type Of<Type extends LiveEventType> = Extract<WireEvent, { type: Type }>;
type Side = Of<"pk_score">["sides"][number];

export function lightGiftText({ gift_name: name, gift_id: id, count, diamond_count: each }: Of<"light_gift">): Text {
	return moneyTexts.lightGift(name || eventTexts.giftId(id), count, each);
}

export function bannerText({ extra, wishes }: Of<"banner">): Text {
	if (!wishes) return eventTexts.banner(extra.length);
	return moneyTexts.wishes(
		wishes.map(({ gift_name: gift, progress, target }) => `${gift} ${progress}/${target}`).join(", "),
	);
}

export function pkStartedText({ sides, duration_ms: durationMs }: Of<"pk_started">): Text {
	return moneyTexts.pkBegan(sides.map(nameOf).join(" – "), Math.round(durationMs / 1000));
}

export function pkScoreText({ sides }: Of<"pk_score">): Text {
	return moneyTexts.pkStands(sides.map(sideText).join(", "));
}

export function pkEndedText({ sides, punish_ms: punishMs }: Of<"pk_ended">): Text {
	return moneyTexts.pkEnded(sides.map(sideText).join(", "), Math.round(punishMs / 1000));
}

export function guestScoreText({ guest_id: id, display, contributors }: Of<"guest_score">): Text {
	return moneyTexts.guestScore(sideText({ id, name: "", display, contributors }));
}

export function luckyBoxText(box: Of<"lucky_box">): Text {
	if (box.action === "sent") return moneyTexts.box.sent(box.diamond_count, box.title);
	return box.action === "won" ? moneyTexts.box.won(box.winners.length) : moneyTexts.box.ended;
}

export function lotteryText(lottery: Of<"lottery">): Text {
	if (lottery.action === "drawn") return moneyTexts.drawn(lottery.winners.length);
	const { prize, prize_count: count, lucky_count: lucky, participants } = lottery;
	return moneyTexts.lottery(prize, count, lucky, participants);
}

const nameOf = ({ name, id }: Side): string => name || id;

function sideText(side: Side): string {
	const score = side.display === undefined ? "" : ` ${side.display}`;
	const givers = side.contributors?.map(({ nickname, score: given }) => `${nickname} ${given}`).join(" ");
	return `${nameOf(side)}${score}${givers ? ` (${givers})` : ""}`;
}
