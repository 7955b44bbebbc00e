"""A day as the readers of a page write it."""

from datetime import date

# By the language: the pattern, and the months in the form that stands in a date.
_PATTERNS = {
    "en": "{day} {month} {year}", "de": "{day}. {month} {year}", "fr": "{day} {month} {year}",
    "es": "{day} de {month} de {year}", "pt": "{day} de {month} de {year}", "it": "{day} {month} {year}",
    "nl": "{day} {month} {year}", "sv": "{day} {month} {year}", "da": "{day}. {month} {year}",
    "nb": "{day}. {month} {year}", "fi": "{day}. {month} {year}", "pl": "{day} {month} {year}",
    "cs": "{day}. {month} {year}", "ru": "{day} {month} {year}", "uk": "{day} {month} {year}",
    "tr": "{day} {month} {year}", "id": "{day} {month} {year}",
    "ja": "{year}年{number}月{day}日", "zh": "{year}年{number}月{day}日", "ko": "{year}년 {number}월 {day}일",
}  # fmt: skip
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "nb": "januar februar mars april mai juni juli august september oktober november desember",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta "
    "marraskuuta joulukuuta",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
}
_SAME = {"no": "nb", "nn": "nb"}
_NEUTRAL = "{day:02}.{number:02}.{year}"


def written(day: str, language: str) -> str:
    """A day such as "2026-03-12" in words of the language, such as "de-AT"; in figures where we do not know it.

    A page that does not tell its language is taken for English. "" stays "".
    """
    if not day:
        return ""
    moment = date.fromisoformat(day)
    word = language.partition("-")[0].lower() or "en"
    word = _SAME.get(word, word)
    months = _MONTHS.get(word, "").split()
    month = months[moment.month - 1] if months else ""
    pattern = _PATTERNS.get(word, _NEUTRAL)
    return pattern.format(day=moment.day, month=month, number=moment.month, year=moment.year)
