import { faultNames } from "@livekeeper/base/text/en";
import { counted } from "@livekeeper/base/text/units";

/** Reasons why the service is not ready for work. @param why in words, if known */
export const readyTexts = {
	starting: "starting",
	stopping: "stopping",
	storage: (fault: keyof typeof faultNames, why: string | undefined) =>
		`storage: ${faultNames[fault]}${why ? ` (${why})` : ""}`,
};

/** Texts about invalid targets. */
export const targetTexts = {
	limit: (limit: number) => `The limit of ${counted(limit, "target")} has been reached.`,
	tests: (max: number) => `${counted(max, "test is", "tests are")} already running.`,
	unreadable: "The target's settings can't be decrypted (the key has changed): enter all of them again.",
	none: (id: string) => `There is no target ${id}.`,
	noLetter: (id: string) => `There is no undelivered batch ${id}.`,
	letterExpired: "The messages of this undelivered batch are past the retention period and can't be resent.",
	noTypes: "The target has no states, and its `types` list is empty; leave `types` out for all kinds.",
	pattern: (why: string, at?: { n: number; part: string }) =>
		`The target's pattern can't be read: ${why}${at ? ` (from character ${at.n}: ${at.part})` : ""}`,
	noZone: (zone: string) => `The target's quiet hours have an unknown time zone: ${zone}.`,
	quietAllDay: "The target's quiet hours begin and end at the same time.",
	setting: (name: string, why: string) => `The target's settings.${name} can't be used: ${why}`,
	urlTooLong: (limit: number) => `The target's url has more than ${counted(limit, "character")}.`,
	noUrl: "The target's url is not a URL.",
	protocol: (protocol: string) => `A target's address can't begin with ${protocol}.`,
	credentials: "The target's url must not contain a user name or password.",
	privateAddress: (host: string) => `${host} is a private or reserved address, and target_allow_private is off.`,
	privateName: (host: string) => `${host} is a private network name, and target_allow_private is off.`,
	resolvesPrivate: (host: string) =>
		`${host} resolves to a private or reserved address, and target_allow_private is off.`,
};

function withMore(names: readonly string[], more: number): string {
	return names.join(", ").concat(more > 0 ? ` and ${more} more` : "");
}

/** Texts about the site profile, the signer's file, and drift. */
export const siteTexts = {
	notJson: "this is not valid JSON",
	unknownKey: "there is no such field",
	alphabet: "it must have 64 different characters",
	waysTwice: "a method is named twice",
	waysNeeded: "`page` or `enter` must be among them, because nothing else finds a new room",
	placeholder: (name: string, known: readonly string[]) =>
		`{${name}} is unknown; the known ${known.length === 1 ? "one is" : "ones are"} ${known.map((one) => `{${one}}`).join(", ")}`,
	problem: (line: number | undefined, path: string, message: string) =>
		[line === undefined ? "" : `line ${line}`, path]
			.filter((part) => part !== "")
			.join(", ")
			.concat(`: ${message}`),
	problems: (shown: readonly string[], more: number) => shown.join("; ").concat(more > 0 ? `; and ${more} more` : ""),
	unreadable: (code: string) => `the file can't be read (${code})`,
	signerFails: (reason: string) => `the module can't be loaded: ${reason}`,
	signerEmpty: "the module must export a function named signature, one named aBogus, or both",
	drift: {
		method: (count: number, names: readonly string[], more: number) =>
			`${count === 1 ? "a new kind" : `${count} new kinds`} of message (${withMore(names, more)})`,
		field: (count: number, names: readonly string[], more: number) =>
			`${count === 1 ? "a new field" : `${count} new fields`} (${withMore(names, more)})`,
		message: (_count: number, names: readonly string[], more: number) =>
			`messages that can't be read (${withMore(names, more)})`,
		frame: (_count: number, names: readonly string[], more: number) =>
			`data that can't be read (${withMore(names, more)})`,
		page: (_count: number, names: readonly string[], more: number) =>
			`answers in an unknown format (${withMore(names, more)})`,
		empty: (_count: number, names: readonly string[], more: number) => `empty answers (${withMore(names, more)})`,
	},
	changed: (parts: readonly string[], since: string) =>
		`Douyin seems to have changed: ${parts.join("; ")}, since ${since}.`,
	unchanged: "livekeeper again recognises everything Douyin sends.",
};

function inBrackets(...facts: string[]): string {
	const joined = facts.filter((fact) => fact !== "").join(", ");
	return joined && ` (${joined})`;
}

/** Texts of room events, after the time, the type and the user. */
export const eventTexts = {
	liked: (count: number, total: number) => `sent ${counted(count, "like")} (${total} in total)`,
	cameIn: (members: number) => `joined (${members} watching)`,
	follows: (followers: number) => `followed the streamer (${counted(followers, "follower")})`,
	spoken: (words: string, seconds: number) => `[voice, ${seconds} s]${words && ` ${words}`}`,
	shared: "shared the room",
	fanClub: (words: string) => `fan club: ${words}`,
	control: (words: string, tips: string) => `${words}${tips && ` (${tips})`}`,
	viewers: (online: number, total: string) => `${online} watching, ${total} in total`,
	top: (ranks: string) => `top: ${ranks}`,
	banner: (length: number) => `${counted(length, "character")} of banner data`,
	product: (words: string, total: number) => `${words} (${counted(total, "product")})`,
	raw: (method: string, bytes: number) => `${method}, ${counted(bytes, "byte")}`,
	gap: (seconds: number, words: string) => `${seconds} s of messages may be missing: ${words}`,
	giftsWithheld: (diamonds: number, seconds: number) =>
		`gifts worth ${counted(diamonds, "diamond")} were sent within ${seconds} s but not received`,
	serviceDown: (seconds: number) => `the service was not running for ${seconds} s`,
	began: (title: string) => `broadcast started: ${title}`,
	ended: (words: string) => `broadcast ended: ${words}`,
	gift: (gift: string, count: number, to: string, delta: number, diamonds: number, uncounted: string) =>
		`sent ${gift} ×${count}${to && ` to ${to}`}${inBrackets(delta === count ? "" : `+${delta}`, diamonds > 0 ? counted(diamonds, "diamond") : "")}${uncounted}`,
	giftWorth: (diamonds: number) => `${diamonds}-diamond gift`,
	notCounted: ", not counted: the open platform pushes it",
	giftId: (id: string) => `gift ${id}`,
};

/** Lines for battles, boxes, lotteries and totals, after the time, the type and the user. */
export const moneyTexts = {
	lightGift: (gift: string, count: number, diamonds: number) =>
		`sent ${gift} ×${count} (few details, ${counted(diamonds, "diamond")} each)`,
	total: (total: number) => `broadcast income so far: ${total}`,
	wishes: (wishes: string) => `gift wishes: ${wishes}`,
	moderator: "is now a moderator",
	pkBegan: (sides: string, seconds: number) =>
		`battle started${sides && `: ${sides}`}${seconds > 0 ? `, ${seconds} s` : ""}`,
	pkStands: (sides: string) => `battle: ${sides}`,
	pkEnded: (sides: string, seconds: number) =>
		`battle over${sides && `: ${sides}`}${seconds > 0 ? `; ${seconds} s penalty` : ""}`,
	guestScore: (score: string) => `gifts to a guest so far: ${score}`,
	chatLikes: (chats: number, max: number) => `${counted(chats, "message")} liked, up to ${counted(max, "time")} each`,
	box: {
		sent: (diamonds: number, title: string) => `red packet of ${counted(diamonds, "diamond")}${title && `: ${title}`}`,
		won: (winners: number) => `red packet: ${counted(winners, "winner")}`,
		update: (diamonds: number, parts: number, title: string) =>
			`red packet: ${counted(diamonds, "diamond")} left in ${counted(parts, "share")}${title && `: ${title}`}`,
		ended: "red packet ended",
	},
	places: (places: string) => `leaderboards: ${places}`,
	topic: (title: string, phrases: string) => (title ? `${title}: ${phrases}` : phrases),
	page: {
		gift_panel: () => "the order of the gift panel changed",
		decoration: (words: string) => `the stickers on the video changed${words && `: ${words}`}`,
		group_live: (words: string) => `the group broadcast panel changed${words && `: ${words}`}`,
		pk_effect: (words: string) => `battle effect${words && `: ${words}`}`,
		picture: () => "the video is cropped differently",
	},
	pkTask: (sides: string, multiple: number) =>
		`battle task${sides && `: ${sides}`}${multiple > 0 ? ` (points ×${multiple})` : ""}`,
	seats: {
		list: (seats: string) => (seats ? `seats: ${seats}` : "no guests are seated"),
		muteMark: " (muted)",
		entered: (who: string) => `${who || "someone"} took a guest seat`,
		left: (who: string) => `${who || "someone"} left their guest seat`,
		removed: (who: string) => `${who || "someone"} was removed from their guest seat`,
		muted: (who: string, by: string) => `${who || "someone"} was muted${by && ` by ${by}`}`,
		unmuted: (who: string, by: string) => `${who || "someone"} was unmuted${by && ` by ${by}`}`,
		locked: (position: number) => `seat ${position} was locked`,
		unlocked: (position: number) => `seat ${position} was unlocked`,
		waiting: (people: number) => `${counted(people, "person is waiting", "people are waiting")} for a seat`,
		allowed: "guests can now keep their seats",
		refused: "guests can no longer keep their seats",
	},
	linkScore: (scores: string) => `guest points: ${scores}`,
	lottery: (prize: string, count: number, lucky: number, participants: number) =>
		`lucky bag${prize && ` (${prize})`}: ${counted(count, "prize")}, ${lucky} can win, ${counted(participants, "entry", "entries")}`,
	drawn: (winners: number) => `lucky bag drawn: ${counted(winners, "winner")}`,
	deleted: (messages: number) => `${counted(messages, "message was", "messages were")} deleted`,
};

/** Messages of targets, after the texts of events. */
export const messageTexts = {
	says: (who: string, words: string) => `${who}: ${words}`,
	several: (room: string, lines: number) => `${room}: ${counted(lines, "message")}`,
	truncated: (from: number, to: number, reason: "retention" | "reset") =>
		reason === "reset"
			? "some messages may be missing here: after a power cut or a restored backup, numbering skips ahead"
			: `messages ${from} to ${to} were deleted before they could be sent`,
	/** For the service's states. */
	notices: {
		loginFine: (identity: string) => `The login ${identity || "in the service's own cookie"} is valid again.`,
		storageFailing: (why: string) => `Messages can't be saved at the moment. ${why}`,
		storageFine: "Messages are being saved again.",
		nodeLost: (node: string) =>
			`The cluster has lost node ${node}: it did not shut down normally, and NATS no longer hears from it. Check that machine and its network.`,
		nodeBack: (node: string) => `Node ${node} is back in the cluster.`,
		siteChanged: (what: string) =>
			`${what} Rooms may be affected. livekeeper's page shows details under Connections; a newer livekeeper or site profile may help.`,
	},
	test: "This is a test: messages arrive here.",
	template: {
		failsAt: (line: number, column: number, reason: string) =>
			`line ${line}, column ${column} of the template: ${reason}`,
		fails: (reason: string) => `the template can't be rendered: ${reason}`,
		noJson: (of: string, reason: string) =>
			`for a message of the kind ${of} that contains quotes, the template gives invalid JSON (use the json filter): ${reason}`,
		several: "several messages",
	},
	/** Advice on a failed delivery; `refused` and `broken`: the receiver answered 4xx, or another status. */
	failureHints: {
		refused: "Check the address, and whether the receiver allows what is sent.",
		broken: "The problem is at the receiver; once it is fixed, undelivered messages can be resent.",
		network: "Check that the receiver is running, and its address and port.",
		dns: "Check the host name in the address.",
		tls: "Check the receiver's certificate.",
		timeout: "The receiver should answer first and process the message afterwards.",
		flooded: "livekeeper reconnects in a minute; check that the address is really the receiver's.",
		redirect_refused: "Enter the address it redirects to.",
		address_not_allowed:
			"A receiver on your own network needs target_allow_private; a tool on this machine needs target_allow_loopback.",
		events_expired: "They can no longer be sent.",
	},
	/** Reasons why a receiver refused a message that it understood, with advice. */
	refusals: {
		receiver_key: {
			name: "The receiver does not know the key",
			hint: "Copy the address, key or token from its settings again; it may have been reset or deleted.",
		},
		receiver_signature: {
			name: "The receiver refused the signature",
			hint: "Copy the signing secret again, and check that this machine's clock is right.",
		},
		receiver_keyword: {
			name: "The message contains none of the bot's keywords",
			hint: "Set the target's keyword to one of the keywords in the bot's security settings.",
		},
		receiver_address: {
			name: "The bot does not accept messages from this machine's address",
			hint: "Add this machine's public address to the bot's security settings.",
		},
		receiver_chat: {
			name: "The receiver can't find the chat, or the bot is not in it",
			hint: "Check the chat, add the bot to it again, and send the bot a message.",
		},
		receiver_rate_limited: {
			name: "The receiver accepts no more messages for now",
			hint: "The message is resent later. To send less often, choose fewer kinds of messages, or combine them every few minutes.",
		},
		receiver_content: {
			name: "The receiver refused this message because of its content",
			hint: "It is not resent; sending continues with the next one.",
		},
		receiver_refused: {
			name: "The receiver refused the message",
			hint: "Check its answer and the target's settings.",
		},
		template_failed: {
			name: "The target's template could not be rendered",
			hint: "Nothing was sent; change the template and check it in the preview.",
		},
	},
};
