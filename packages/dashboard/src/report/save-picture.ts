import { saveFile } from "../ui/save-file.ts";

/** Scale of the picture, so text stays sharp wherever it is sent. */
const scale = 2;

/** Saves a part of the page as a PNG. Loads the renderer on first use. */
export async function savePicture(part: HTMLElement, name: string): Promise<void> {
	const { domToBlob } = await import("modern-screenshot");
	const ground = getComputedStyle(document.documentElement).getPropertyValue("--bg").trim();
	// The page only uses system fonts, so there are none to embed.
	saveFile(await domToBlob(part, { scale, backgroundColor: ground, font: false }), name);
}
