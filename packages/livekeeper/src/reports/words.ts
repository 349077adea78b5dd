import { type BroadcastSummary, type EventLog, minuteMs, userKey } from "@livekeeper/log";

/** A word that many people used in one minute, and hardly anyone before. */
export interface NewWord {
	word: string;
	/** Number of people who used it in that minute. */
	people: number;
}

/** A word of a broadcast. */
export interface WordCount {
	word: string;
	/** Number of messages that contain it. */
	chats: number;
}

export interface BroadcastWords {
	/** Most used first. */
	words: WordCount[];
	/** Words that were new in a minute, by its start, ms since the epoch. */
	newWords: ReadonlyMap<number, readonly NewWord[]>;
	/** Number of messages read. */
	chats: number;
	/** Whether none of the broadcast's messages had been deleted. */
	complete: boolean;
}

const segmenter = new Intl.Segmenter("zh", { granularity: "word" });
/** Characters of a message that are read. */
const maxChars = 200;
/** Faces such as `[比心]`, mentions, addresses, and runs of one character such as 哈哈哈哈 or 6666. */
const special =
	/\[[^[\]\s]{1,8}\]|@\S+|https?:\S+|(\p{Script=Han})\1{2,}|(?<!\p{N}[.,:]?)(\p{N})\2{2,}(?![.,:]?\p{N})/gu;
/** Characters that join words and are never part of a noun. */
const functional = new Set(
	"的了是我你他她它您咱在有不就都也和与或啊吧呢吗哦嗯呀啦嘛哈噢哎喔诶耶哇要去来看说很太这那个们么给跟被把让对到从会能还又再才只没人真好想做用叫吃上下里外前后多少大小几一二三四五六七八九十两着过得地请已更最该且而但若谁哪啥咋嘞滴辣捏哒咯叭吖波次遍件条位张块颗首问说点些第唱",
);
/** Words without a meaning of their own. Single Chinese characters are left out anyway. */
const stopWords = new Set(
	(
		"什么时候 再来 一首 一次 一起 一个 一下 一样 一直 一点 一定 不是 不要 不会 不能 不用 不行 不了 什么 怎么 这么 那么 这个 那个 这样 那样 这里 那里 这边 那边 " +
		"哪里 哪个 为什么 怎么样 可以 可能 就是 还是 但是 所以 因为 如果 然后 而且 或者 已经 现在 刚刚 时候 没有 有没有 是不是 " +
		"我们 你们 他们 她们 它们 自己 大家 人家 别人 有人 有点 真的 觉得 知道 应该 需要 出来 起来 过来 下来 上来 进来 出去 " +
		"今天 明天 昨天 今晚 明晚 昨晚 上次 下次 第一次 几点 想看 想听 想要 不在 没事 首歌 " +
		"的话 不过 只有 只是 还有 那些 这些 多少 几个 the to and of is in it you me my for on that this are was be with not no"
	).split(" "),
);

/** Returns the words of a chat message, each once, without names and without words that mean nothing by themselves. */
export function wordsIn(text: string): Set<string> {
	const words = new Set<string>();
	let from = 0;
	const whole = text.slice(0, maxChars).normalize("NFKC").toLowerCase();
	for (const { 0: found, 1: character, 2: digit, index } of whole.matchAll(special)) {
		addSegments(words, whole.slice(from, index));
		from = index + found.length;
		const repeated = (character ?? digit ?? "").repeat(3);
		if (found.startsWith("[")) words.add(found);
		else if (character !== undefined || isMeant(repeated)) words.add(repeated);
	}
	addSegments(words, whole.slice(from));
	return words;
}

/**
 * Adds the words of a text, and those that the dictionary lacks: 主播 and 火龙果 come as 主, 播 and 火龙, 果. A run of
 * single characters is one candidate, a word with a single character beside it another; {@link longest} decides.
 */
function addSegments(words: Set<string>, text: string): void {
	const parts: string[] = [];
	for (const { segment, isWordLike } of segmenter.segment(text)) {
		const isSingle = isWordLike && /^\p{Script=Han}$/u.test(segment);
		if (isSingle && !functional.has(segment)) {
			parts.push(segment);
			continue;
		}
		const isWord = isWordLike === true && isMeant(segment);
		if (isWord) words.add(segment);
		parts.push(isWord && /^\p{Script=Han}+$/u.test(segment) ? segment : "");
	}
	for (let i = 0; i < parts.length; ) {
		let end = i;
		while (parts[end]?.length === 1) end++;
		const run = parts.slice(i, end).join("");
		const [before = "", after = ""] = [parts[i - 1], parts[end]];
		if (run.length >= 2 && run.length <= 4) words.add(run);
		if (run.length === 1 && before.length >= 2) words.add(before + run);
		if (run.length === 1 && after.length >= 2) words.add(run + after);
		i = end + 1;
	}
}

function isMeant(segment: string): boolean {
	if (segment.length < 2 || segment.length > 20 || stopWords.has(segment)) return false;
	// 做的, 看了, 太好, 一遍: grammar, not a subject.
	if (/^(\p{Script=Han}[的了着过吗呢吧啊]|[太很一也]\p{Script=Han})$/u.test(segment)) return false;
	// Numbers are sums, times and votes, except those that are words: 666, 888, 520.
	return !/^[\p{N}.,:]+$/u.test(segment) || ["666", "888", "520", "233", "999"].includes(segment);
}

/** A longer word replaces its part if most uses of the part are within the longer word. */
const minOfPart = 0.7;

/**
 * Chooses between words and longer ones that contain them.
 * @param candidates most used first
 */
function longest<T extends { word: string }>(candidates: readonly T[], usesOf: (word: T) => number): T[] {
	const left = new Set(candidates);
	for (const whole of candidates) {
		for (const part of candidates) {
			if (whole.word.length <= part.word.length || !whole.word.includes(part.word)) continue;
			left.delete(usesOf(whole) >= minOfPart * usesOf(part) ? part : whole);
		}
	}
	return candidates.filter((one) => left.has(one));
}

/** Maximum number of different words counted, and the number they are reduced to when there are more. */
const maxWords = 20_000;
const keptWords = 15_000;
/** Maximum number of different words of one minute, and of different people counted for each of them. */
const maxOfMinute = 5_000;
const maxPeople = 200;
/** Before this much of a broadcast has been read, every word is new. */
const minHistoryMs = 10 * minuteMs;
const minHistoryChats = 50;
/** Minimum number of people who use a new word in a minute, and their minimum share of its messages. */
const minPeople = 5;
const minShare = 0.05;
/** New words of a minute that are compared with each other. */
const maxNew = 50;

/** Counts the words of one broadcast's chat, in bounded memory: rare words are forgotten. */
export class WordTally {
	readonly #counts = new Map<string, number>();
	readonly #newWords = new Map<number, NewWord[]>();
	#chats = 0;
	#chatsOfMinute = 0;
	#minute = 0;
	#firstAt: number | undefined;
	#people = new Map<string, Set<string>>();

	get chats(): number {
		return this.#chats;
	}

	/** Number of different words that are counted. */
	get size(): number {
		return this.#counts.size;
	}

	/** @param at ms since the epoch @param person key that identifies the sender */
	add(at: number, person: string, text: string): void {
		const minute = Math.floor(at / minuteMs);
		this.#firstAt ??= at;
		if (minute > this.#minute) this.#endMinute(minute);
		this.#chats++;
		const words = wordsIn(text);
		if (minute < this.#minute) {
			// A late message does not belong to the minute being read.
			for (const word of words) this.#count(word, 1);
			return;
		}
		this.#chatsOfMinute++;
		for (const word of words) {
			const people = this.#people.get(word);
			if (people && people.size < maxPeople) people.add(person);
			else if (!people && this.#people.size < maxOfMinute) this.#people.set(word, new Set([person]));
			this.#count(word, 1);
			this.#usedNow.set(word, (this.#usedNow.get(word) ?? 0) + 1);
		}
	}

	/** @param max maximum number of words */
	words(max: number): WordCount[] {
		const all = Array.from(this.#counts, ([word, chats]) => ({ word, chats }));
		all.sort((a, b) => b.chats - a.chats || (a.word < b.word ? -1 : 1));
		return longest(all.slice(0, 3 * max + 50), ({ chats }) => chats).slice(0, max);
	}

	/** New words by minute, including those of the newest one so far. */
	newWords(): ReadonlyMap<number, readonly NewWord[]> {
		this.#endMinute(this.#minute + 1);
		return this.#newWords;
	}

	#usedNow = new Map<string, number>();

	#count(word: string, times: number): void {
		this.#counts.set(word, (this.#counts.get(word) ?? 0) + times);
		if (this.#counts.size <= maxWords) return;
		for (let rare = 1; this.#counts.size > keptWords; rare++) {
			for (const [one, count] of this.#counts) {
				if (count <= rare) this.#counts.delete(one);
				if (this.#counts.size <= keptWords) return;
			}
		}
	}

	#endMinute(next: number): void {
		const at = this.#minute * minuteMs;
		const before = this.#chats - this.#chatsOfMinute;
		if (at - (this.#firstAt ?? at) >= minHistoryMs && before >= minHistoryChats) {
			const enough = Math.max(minPeople, minShare * this.#chatsOfMinute);
			const found = Array.from(this.#people, ([word, { size: people }]) => ({ word, people }))
				.filter(({ word, people }) => people >= enough && this.#usedBefore(word) <= people * minShare)
				.sort((a, b) => b.people - a.people);
			const chosen = longest(found.slice(0, maxNew), ({ people }) => people).slice(0, 3);
			if (chosen.length > 0) this.#newWords.set(at, chosen);
		}
		this.#people = new Map();
		this.#usedNow = new Map();
		this.#chatsOfMinute = 0;
		this.#minute = next;
	}

	#usedBefore(word: string): number {
		return (this.#counts.get(word) ?? 0) - (this.#usedNow.get(word) ?? 0);
	}
}

/** Number of messages read before the event loop gets to do other work. */
const chatsAtOnce = 50;

/**
 * Reads the words of a broadcast from its chat messages, page by page.
 * @param maxWords maximum number of words returned
 * @throws the signal's reason
 */
export async function readWords(
	log: Pick<EventLog, "read">,
	liveId: string,
	{ roomId, firstSeq, lastSeq }: Pick<BroadcastSummary, "roomId" | "firstSeq" | "lastSeq">,
	{ max, signal }: { max: number; signal?: AbortSignal | undefined },
): Promise<BroadcastWords> {
	const tally = new WordTally();
	let complete = true;
	for (let after = firstSeq - 1; after < lastSeq; ) {
		const page = await log.read(liveId, { after, types: ["chat"] });
		if (page.truncated) complete = false;
		for (const [i, { seq, json }] of page.events.entries()) {
			if (seq > lastSeq) break;
			const event = JSON.parse(json) as { room_id: string; at: number; content?: string } & ChatUser;
			if (event.room_id !== roomId) continue;
			tally.add(event.at, event.user ? userKey(event.user) : "", event.content ?? "");
			if (i % chatsAtOnce === chatsAtOnce - 1) await new Promise((resolve) => setImmediate(resolve));
		}
		signal?.throwIfAborted();
		if (page.caughtUp) break;
		after = page.nextAfter;
	}
	return { newWords: tally.newWords(), words: tally.words(max), chats: tally.chats, complete };
}

interface ChatUser {
	user?: Parameters<typeof userKey>[0] | null;
}
