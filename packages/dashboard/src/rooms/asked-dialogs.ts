import { shallowRef } from "vue";

/** The dialog that somebody has asked for; it lies over whatever page they are on. */
export type AskedDialog =
	/** Gives a login to rooms; `liveId`: the one that it began with. */
	| { name: "login"; liveId: string | undefined }
	/** How one room is connected. */
	| { name: "options"; liveId: string };

export const askedDialog = shallowRef<AskedDialog>();

export function askForLogin(liveId?: string): void {
	askedDialog.value = { name: "login", liveId };
}

export function askForOptions(liveId: string): void {
	askedDialog.value = { name: "options", liveId };
}
