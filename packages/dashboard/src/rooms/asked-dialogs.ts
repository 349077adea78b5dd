import { shallowRef } from "vue";

/** The dialog that the user opened; it lies over the current page. */
export type AskedDialog =
	/** Assigns a login to rooms; `liveId`: the room that it was opened from. */
	| { name: "login"; liveId: string | undefined }
	/** Options of one room. */
	| { name: "options"; liveId: string };

export const askedDialog = shallowRef<AskedDialog>();

export function askForLogin(liveId?: string): void {
	askedDialog.value = { name: "login", liveId };
}

export function askForOptions(liveId: string): void {
	askedDialog.value = { name: "options", liveId };
}
