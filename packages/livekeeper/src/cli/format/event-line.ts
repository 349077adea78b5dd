import { printable } from "@livekeeper/base/log/printable";
import type { LiveEventType, LiveUser, WireEvent, WireOf } from "@livekeeper/douyin";
import { eventWords, isSpeech } from "@livekeeper/targets/text/event-words";
import type { Io, Style } from "../io.ts";

/** Colour of each event type. */
const styles: { [Type in LiveEventType]: Style } = {
	chat: "white",
	emoji_chat: "white",
	screen_chat: ["bold", "white"],
	gift: ["bold", "yellow"],
	light_gift: "yellow",
	fan_ticket: "blue",
	like: "magenta",
	chat_likes: "magenta",
	member: "gray",
	follow: "cyan",
	share: "cyan",
	fansclub: "cyan",
	room_stats: "blue",
	viewers: "blue",
	rank: "blue",
	control: ["bold", "red"],
	notice: "blue",
	intro: "blue",
	banner: "gray",
	product: "blue",
	leaderboard: "blue",
	topic: "blue",
	page_update: "gray",
	pk_started: ["bold", "cyan"],
	pk_score: "cyan",
	pk_ended: ["bold", "cyan"],
	pk_task: "cyan",
	guest_score: "cyan",
	seats: "cyan",
	link_score: "cyan",
	lucky_box: "yellow",
	lottery: "yellow",
	message_deleted: "gray",
	raw: "gray",
	connection: "green",
	gap: ["bold", "red"],
	gifts_withheld: ["bold", "red"],
	service_down: ["bold", "red"],
	broadcast_started: ["bold", "green"],
	broadcast_ended: ["bold", "green"],
};

/** Types that `--types` accepts. */
export const eventTypes = Object.keys(styles) as LiveEventType[];

/** Formats one event as a line for people. Text from upstream is hostile: it is made printable, not trusted. */
export function eventLine(event: WireEvent, io: Pick<Io, "paint" | "language">): string {
	const words = eventWords(event)[io.language];
	const time = new Date(event.at).toLocaleTimeString("en-GB", { hour12: false });
	const who = event.user ? `${personText(event.user)}${isSpeech(event.type) ? ":" : ""} ` : "";
	const head = io.paint("gray", `${time} ${printable(event.type).padEnd(11)}`);
	// A newer service may send types that this program doesn't know.
	const style = styles[event.type] ?? "gray";
	return `${head} ${io.paint("bold", printable(who))}${io.paint(style, printable(words))}`;
}

function personText(user: WireOf<LiveUser>): string {
	const club = user.fans_club ? `${user.fans_club.name}${user.fans_club.level}` : "";
	const badges = [user.level > 0 ? `Lv.${user.level}` : "", club].filter((badge) => badge !== "");
	return `${user.nickname || user.id}${badges.length > 0 ? ` [${badges.join(" ")}]` : ""}`;
}
