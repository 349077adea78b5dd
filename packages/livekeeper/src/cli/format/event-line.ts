import type { LiveEventType, LiveUser, WireEvent, WireOf } from "@livekeeper/douyin";
import { printable } from "../../log/printable.ts";
import type { Io, Style } from "../io.ts";

type Of<Type extends LiveEventType> = Extract<WireEvent, { type: Type }>;
interface Line {
	style: Style;
	text: string;
}
type Lines = { [Type in LiveEventType]: (event: Of<Type>) => Line };

/** How each kind reads, after the time, its type and who did it. */
const lines: Lines = {
	chat: (e) => ({ style: "white", text: e.content }),
	emoji_chat: (e) => ({ style: "white", text: e.content }),
	screen_chat: (e) => ({ style: ["bold", "white"], text: e.content }),
	gift: (e) => ({ style: ["bold", "yellow"], text: giftText(e) }),
	like: (e) => ({ style: "magenta", text: `liked ×${e.count} (${e.total} in all)` }),
	member: (e) => ({ style: "gray", text: `came in (${e.member_count} in the room)` }),
	follow: (e) => ({ style: "cyan", text: `follows now (${e.follow_count} in all)` }),
	share: () => ({ style: "cyan", text: "shared the room" }),
	fansclub: (e) => ({ style: "cyan", text: e.content || `fan club: ${e.action}` }),
	room_stats: (e) => ({ style: "blue", text: e.display }),
	viewers: (e) => ({ style: "blue", text: `${e.online} watching, ${e.total_display || e.total} so far` }),
	rank: (e) => ({ style: "blue", text: `top: ${e.ranks.slice(0, 3).map(rankText).join(", ")}` }),
	control: (e) => ({ style: ["bold", "red"], text: `${e.action}${e.tips && ` (${e.tips})`}` }),
	notice: (e) => ({ style: "blue", text: e.content }),
	intro: (e) => ({ style: "blue", text: e.content }),
	banner: (e) => ({ style: "gray", text: `${e.extra.length} characters of banner data` }),
	product: (e) => ({ style: "blue", text: `${e.content} (${e.total} products)` }),
	raw: (e) => ({ style: "gray", text: `${e.method}, ${Math.floor((e.payload.length * 3) / 4)} bytes` }),
	connection: (e) => ({ style: "green", text: `${e.state}: ${e.message || e.reason}` }),
	gap: (e) => ({
		style: ["bold", "red"],
		text: `nothing known for ${Math.round((e.to - e.from) / 1000)} s: ${e.reason}`,
	}),
	broadcast_started: (e) => ({ style: ["bold", "green"], text: `the broadcast began: ${e.title}` }),
	broadcast_ended: (e) => ({ style: ["bold", "green"], text: `the broadcast ended: ${e.reason}` }),
};

/** Every type that `--types` can ask for. */
export const eventTypes = Object.keys(lines) as LiveEventType[];

/** One event as a line for people. Everything from upstream is hostile: it is made printable, not trusted. */
export function eventLine(event: WireEvent, io: Pick<Io, "paint">): string {
	const format = lines[event.type] as ((event: WireEvent) => Line) | undefined;
	// A newer service may send types that this program doesn't know.
	const { style, text } = format?.(event) ?? { style: "gray" as const, text: "" };
	const time = new Date(event.at).toLocaleTimeString("en-GB", { hour12: false });
	const who = event.user ? `${personText(event.user)}${/^(emoji_|screen_)?chat$/.test(event.type) ? ":" : ""} ` : "";
	const head = io.paint("gray", `${time} ${printable(event.type).padEnd(11)}`);
	return `${head} ${io.paint("bold", printable(who))}${io.paint(style, printable(text))}`;
}

function personText(user: WireOf<LiveUser>): string {
	const club = user.fans_club ? `${user.fans_club.name}${user.fans_club.level}` : "";
	const badges = [user.level > 0 ? `Lv.${user.level}` : "", club].filter((badge) => badge !== "");
	return `${user.nickname || user.id}${badges.length > 0 ? ` [${badges.join(" ")}]` : ""}`;
}

function giftText(gift: Of<"gift">): string {
	const to = gift.to_user ? ` to ${gift.to_user.nickname}` : "";
	const worth = gift.diamonds > 0 ? `, ${gift.diamonds} diamonds` : "";
	return `gave ${gift.gift_name || `gift ${gift.gift_id}`} ×${gift.count}${to} (+${gift.delta}${worth})`;
}

function rankText(ranked: Of<"rank">["ranks"][number]): string {
	return `${ranked.rank} ${ranked.user?.nickname ?? "?"}`;
}
