/** Rooms found in a pasted text. */
export interface FoundRooms {
	/** Live ids without duplicates, in the order of the text. */
	liveIds: string[];
	/** Short links (`v.douyin.com/…`): only the site knows which room each leads to. */
	shortLinks: string[];
}

const roomAddress = /(?:live\.douyin\.com\/|douyin\.com\/(?:root\/live|follow\/live)\/)([A-Za-z0-9_.-]{1,64})/gi;
const shortLink = /v\.douyin\.com\/[A-Za-z0-9_-]+/gi;
/** Words only count as ids if the text contains nothing else. */
const onlyIds = /^[\s,;、]*@?[A-Za-z0-9_.-]{1,64}(?:[\s,;、]+@?[A-Za-z0-9_.-]{1,64})*[\s,;、]*$/;

/**
 * Finds rooms in a pasted text: one or several ids or addresses separated by spaces, commas or lines, or a share text
 * with an address. Full-width characters count as their plain forms, and invisible ones are ignored.
 */
export function findLiveIds(pasted: string): FoundRooms {
	const text = pasted.normalize("NFKC").replace(/[\p{Cf}\p{DI}]/gu, "");
	const liveIds = Array.from(text.matchAll(roomAddress), ([, id]) => (id ?? "").replace(/\.+$/, ""));
	const shortLinks = Array.from(text.matchAll(shortLink), ([link]) => `https://${link}/`);
	if (liveIds.length === 0 && shortLinks.length === 0 && onlyIds.test(text)) {
		liveIds.push(...text.split(/[\s,;、@]+/).filter((word) => /[A-Za-z0-9]/.test(word)));
	}
	return { liveIds: [...new Set(liveIds.filter((id) => id !== ""))], shortLinks: [...new Set(shortLinks)] };
}
