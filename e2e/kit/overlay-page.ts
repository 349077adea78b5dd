import type { Page } from "playwright-core";
import type { ServiceProcess } from "./service-process.ts";

export interface RecordedLine {
	seq: number;
	kind: string;
	/** Counts that the line has shown, from first to last; empty for chat. */
	counts: number[];
}

/** Records each line that the page shows, and its counts. Runs in the page. */
export const record = `
	globalThis.lines = [];
	const noted = new WeakMap();
	const note = () => {
		for (const element of document.querySelectorAll(".line")) {
			let line = noted.get(element);
			if (!line) {
				line = { seq: Number(element.dataset.seq), kind: element.classList[1], counts: [] };
				noted.set(element, line);
				lines.push(line);
			}
			const count = Number(element.querySelector(".count")?.textContent.replace(/[×,]/g, ""));
			if (count > 0 && line.counts.at(-1) !== count) line.counts.push(count);
		}
	};
	new MutationObserver(note).observe(document.body, { childList: true, subtree: true });
	note();
`;

/** Replaces the page's WebSocket with 31,000 hostile messages, by the thousand. Runs in the page. */
export const flood = `
	globalThis.WebSocket = class {
		constructor() {
			const bomb = '<img src="http://evil.example/a.png" onerror="alert(1)">';
			const send = (from) => {
				for (let seq = from; seq < from + 1000; seq++) {
					const type = ["chat", "gift", "member", "like", "follow"][seq % 5];
					const user = { nickname: bomb + seq, level: 9, avatar: "http://evil.example/c.png" };
					const gift = { gift_name: bomb, gift_image: "http://evil.example/d.png", streak_id: String(seq), diamond_count: 900 };
					this.onmessage?.({ data: JSON.stringify({ seq, type, user, content: bomb, count: 2, ...gift }) });
				}
				if (from < 30000) setTimeout(send, 20, from + 1000);
			};
			setTimeout(() => {
				this.onopen?.();
				send(1);
			});
		}
		close() {}
	};
`;

/** Records the maximum number of elements and texts in the page's body, once per frame. Runs in the page. */
export const countNodes = `
	globalThis.seen = { most: 0 };
	const count = (node) => [...node.childNodes].reduce((sum, child) => sum + 1 + count(child), 0);
	const look = () => {
		if (document.body) seen.most = Math.max(seen.most, count(document.body));
		requestAnimationFrame(look);
	};
	look();
`;

export async function recorded(page: Page): Promise<RecordedLine[]> {
	return (await page.evaluate("lines")) as RecordedLine[];
}

/** Returns everything in room 1001's log. */
export async function logged(
	service: ServiceProcess,
): Promise<{ seq: number; type: string; streak_id?: string; user?: { nickname: string } }[]> {
	const { body } = await service.request("GET", "/api/v1/rooms/1001/events?after=0&limit=5000");
	return (body as { events: Awaited<ReturnType<typeof logged>> }).events;
}

/**
 * Measures the legibility of a picture: the contrast between its most common colour, the ground, and the colour
 * farthest from it, 1 to 21.
 */
export async function contrastIn(page: Page, picture: Buffer): Promise<{ ground: string; contrast: number }> {
	await page.evaluate(measure);
	return page.evaluate(`measure("${picture.toString("base64")}")`);
}

/** {@link contrastIn}, in the page. */
const measure = `
	globalThis.measure = async (base64) => {
		const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
		const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
		const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
		context.drawImage(bitmap, 0, 0);
		const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
		const seen = new Map();
		for (let i = 0; i < data.length; i += 4) {
			const colour = data.slice(i, i + 3).join();
			seen.set(colour, (seen.get(colour) ?? 0) + 1);
		}
		const luminance = (colour) => {
			const [r, g, b] = colour.split(",").map((part) => {
				const x = Number(part) / 255;
				return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
			});
			return 0.2126 * r + 0.7152 * g + 0.0722 * b;
		};
		const [ground] = [...seen].sort((a, b) => b[1] - a[1])[0];
		const common = luminance(ground) + 0.05;
		const contrasts = [...seen.keys()].map((colour) => {
			const other = luminance(colour) + 0.05;
			return Math.max(other / common, common / other);
		});
		return { ground, contrast: Math.max(...contrasts) };
	};
`;
