import { useI18n } from "vue-i18n";

/** What a reason is called; one of a later service by its code. */
export function useReason(): (code: string) => string {
	const { t, te } = useI18n();
	return (code) => (te(`room.reason.${code}`) ? t(`room.reason.${code}`) : code);
}
