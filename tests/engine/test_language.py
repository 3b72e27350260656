"""The language of a text is told by the text, and rules of other languages stay out."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from cleaner.engine.engine import Engine
from cleaner.engine.language import LanguageDetector
from cleaner.errors import RuleError
from cleaner.result import Hints, Span
from cleaner.ruleset.layers import RuleSet, load
from cleaner.ruleset.rule import LanguageProfile, Rule
from cleaner.spans import delete
from tests.conftest import prepared

TEXTS = {
    "en": "The ferry to the island was late again on Friday, and the people who had waited on the pier since noon were not amused.",
    "de": "Die Fähre zur Insel kam am Freitag wieder zu spät, und die Leute, die seit dem Mittag auf dem Steg standen, waren nicht froh.",
    "fr": "Le bac pour l'île était encore en retard vendredi, et les gens qui attendaient sur le quai depuis midi n'ont pas ri.",
    "es": "El transbordador de la isla llegó otra vez tarde el viernes, y la gente que esperaba en el muelle desde el mediodía no se rio.",
    "it": "Il traghetto per l'isola era di nuovo in ritardo venerdì, e la gente che aspettava sul molo da mezzogiorno non ha riso.",
    "pt": "A balsa para a ilha atrasou de novo na sexta-feira, e as pessoas que esperavam no cais desde o meio-dia não acharam graça.",
    "nl": "De veerboot naar het eiland was vrijdag weer te laat, en de mensen die sinds de middag op de steiger stonden niet blij.",
    "pl": "Prom na wyspę znów się spóźnił w piątek, a ludzie, którzy od południa czekali na molo, nie byli z tego zadowoleni.",
    "ru": "Паром на остров снова опоздал в пятницу, и люди, которые с полудня ждали на пристани, не были этим довольны.",
    "uk": "Пором на острів знову запізнився у п'ятницю, і люди, які з полудня чекали на пристані, не були цим задоволені.",
    "bg": "Фериботът за острова отново закъсня в петък и хората, които от обяд чакаха на кея, казаха, че това не може да продължава така.",
    "ro": "Feribotul spre insulă a întârziat din nou vineri, iar oamenii care așteptau pe chei de la prânz nu au fost încântați.",
    "el": "Το φέρι για το νησί άργησε πάλι την Παρασκευή, και οι άνθρωποι που περίμεναν στην προβλήτα από το μεσημέρι δεν γέλασαν.",
    "hu": "A sziget felé tartó komp pénteken is késett, és az emberek, akik dél óta a mólón vártak, nem örültek ennek.",
    "cs": "Trajekt na ostrov měl zase zpoždění a lidé, kteří na něj čekali na molu, si stěžovali, že to už není možné, když se to děje.",
    "sk": "Kompa na ostrov mala zase meškanie a ľudia, ktorí na ňu čakali na móle, sa sťažovali, že to už nie je možné, keď sa to deje.",
    "tr": "Adaya giden vapur yine geç kaldı ve bu çok can sıkıcı, ama her cuma olduğu gibi iskelede bekleyen bir kişi bile memnun değil.",
    "zh": "星期五开往小岛的渡轮又晚点了，从中午起就在码头等候的人们对此很不高兴。",
    "ja": "金曜日、島へ向かうフェリーはまた遅れ、正午から桟橋で待っていた人々は不満だった。",
    "sv": "Färjan till ön var försenad igen i fredags, och folket som hade väntat på bryggan sedan lunch var inte glada.",
    "no": "Fergen til øya var forsinket igjen på fredag, og folk hadde ventet på brygga og var ikke blide, sa kapteinen etter turen.",
    "da": "Færgen til øen var forsinket igen i fredags, og folk havde ventet på molen og var ikke glade, sagde kaptajnen efter turen.",
    "fi": "Lautta saarelle oli perjantaina taas myöhässä, ja ihmiset, jotka olivat odottaneet laiturilla, eivät olleet iloisia.",
    "he": "המעבורת לאי איחרה שוב ביום שישי, והאנשים שחיכו על המזח מאז הצהריים לא היו מרוצים.",
    "ar": "تأخرت العبارة المتجهة إلى الجزيرة مرة أخرى يوم الجمعة، ولم يكن الناس الذين انتظروا على الرصيف منذ الظهر سعداء بذلك.",
    "fa": "کشتی جزیره روز جمعه باز هم دیر رسید و مردمی که از ظهر روی اسکله منتظر بودند از این وضع خوشحال نبودند.",
    "hi": "द्वीप जाने वाली नाव शुक्रवार को फिर देर से आई और दोपहर से घाट पर खड़े लोग इस बात से खुश नहीं थे।",
    "th": "เรือข้ามฟากไปเกาะมาช้าอีกแล้วเมื่อวันศุกร์ และผู้คนที่รออยู่ที่ท่าเรือตั้งแต่เที่ยงก็ไม่พอใจ",
    "vi": "Chuyến phà ra đảo hôm thứ Sáu lại đến muộn, và những người chờ trên bến từ trưa không vui chút nào.",
    "id": "Kapal feri ke pulau itu terlambat lagi pada hari Jumat, dan orang-orang yang menunggu di dermaga sejak siang tidak senang.",
    "ko": "섬으로 가는 배가 금요일에 또 늦었고, 정오부터 부두에서 기다리던 사람들은 기분이 좋지 않았다.",
    "lt": "Keltas į salą penktadienį vėl vėlavo, ir žmonės, kurie nuo vidurdienio laukė prie molo, nebuvo tuo patenkinti.",
}


@pytest.fixture(scope="module")
def languages() -> LanguageDetector:
    return LanguageDetector(load().languages)


@pytest.mark.parametrize("code", TEXTS)
def test_each_language_is_told(languages: LanguageDetector, code: str) -> None:
    assert languages.detect(TEXTS[code]).code == code


#: Single lines of eight to twelve words, which languages close to each other mostly write alike.
LINES = {
    "en": ["The captain said that they would wait for the last guests.", "All of the lamps on the pier have been out since Monday."],
    "de": ["Der Kapitän sagte, dass er auf die letzten Gäste warten werde.", "Seit Montag sind alle Lampen auf dem Steg nicht mehr an."],
    "fr": [
        "Le capitaine dit qu'il attendra encore les derniers passagers et leurs amis.",
        "Les lampes du quai ne sont plus allumées depuis lundi, même la nuit.",
    ],
    "es": [
        "El capitán dijo que esperaría a los últimos pasajeros en el muelle.",
        "Las lámparas del muelle están apagadas desde el lunes por la noche.",
    ],
    "pt": [
        "O capitão disse que não esperaria pelos últimos passageiros no cais.",
        "As lâmpadas do cais estão apagadas desde a noite de segunda-feira.",
    ],
    "it": [
        "Il capitano ha detto che avrebbe aspettato gli ultimi ospiti sul molo.",
        "Da lunedì tutte le lampade del molo sono spente anche di notte.",
    ],
    "nl": ["De kapitein zei dat hij op de laatste gasten zou wachten.", "Sinds maandag zijn alle lampen op de pier niet meer aan."],
    "pl": [
        "Kapitan powiedział, że będzie czekał na ostatnich gości przy molo.",
        "Od poniedziałku wszystkie lampy na molo są zgaszone także w nocy.",
    ],
    "ru": [
        "Капитан сказал, что будет ждать последних гостей на пристани.",
        "С понедельника все фонари на причале выключены, и это видно ночью.",
    ],
    "uk": [
        "Капітан сказав, що чекатиме на останніх гостей біля причалу.",
        "З понеділка жоден із ліхтарів на причалі не світить навіть уночі.",
    ],
    "bg": ["Капитанът каза, че ще чака последните гости на кея.", "От понеделник всички лампи на кея са изгасени и през нощта."],
    "tr": [
        "Kaptan, son yolcuları iskelede bekleyeceğini ve sonra yola çıkacaklarını söyledi.",
        "Pazartesiden beri iskeledeki bütün lambalar gece bile yanmıyor.",
    ],
    "ar": ["قال القبطان إنه سينتظر الركاب الأخيرين على الرصيف حتى المساء.", "منذ يوم الإثنين لم تعد المصابيح على الرصيف مضاءة في الليل."],
    "fa": ["ناخدا گفت که تا غروب منتظر آخرین مسافران روی اسکله می‌ماند.", "از دوشنبه هیچ یک از چراغ‌های اسکله حتی در شب روشن نیست."],
    "hi": ["कप्तान ने कहा कि वह घाट पर आखिरी यात्रियों का इंतजार करेंगे।", "सोमवार से घाट की सभी बत्तियाँ रात में भी बंद रहती हैं।"],
    "vi": ["Thuyền trưởng nói sẽ chờ những hành khách cuối cùng trên bến.", "Từ thứ Hai, tất cả đèn trên bến đều tắt, kể cả ban đêm."],
    "id": [
        "Kapten mengatakan bahwa dia akan menunggu penumpang terakhir di dermaga.",
        "Sejak hari Senin semua lampu di dermaga tidak menyala pada malam hari.",
    ],
    "cs": [
        "Kapitán řekl, že ještě počká na poslední hosty, kteří jsou na cestě.",
        "Od pondělí jsou všechny lampy na molu zhasnuté i v noci.",
    ],
    "sk": [
        "Kapitán povedal, že ešte počká na posledných hostí, ktorí sú na ceste.",
        "Od pondelka sú všetky lampy na móle zhasnuté aj v noci.",
    ],
    "sv": ["Kaptenen sade att han skulle vänta på de sista gästerna.", "Sedan i måndags är alla lampor på bryggan släckta även på natten."],
    "no": [
        "Kapteinen sa at han ville vente på de siste gjestene utover kvelden.",
        "Etter mandag har ingen av lampene på brygga blitt tent om natta.",
    ],
    "da": [
        "Kaptajnen sagde, at han ville vente på de sidste gæster til aften.",
        "Efter mandag er ingen af lamperne på molen blevet tændt om natten.",
    ],
    "fi": [
        "Kapteeni sanoi, että hän odottaa vielä viimeisiä vieraita laiturilla.",
        "Maanantaista lähtien kaikki laiturin lamput ovat olleet pimeinä myös yöllä.",
    ],
    "hu": ["A kapitány azt mondta, hogy megvárja az utolsó vendégeket is.", "Hétfő óta a móló összes lámpája éjszaka sem ég már."],
    "ro": ["Căpitanul a spus că îi va aștepta pe ultimii oaspeți la chei.", "De luni, toate lămpile de pe chei sunt stinse și noaptea."],
    "lt": ["Kapitonas sakė, kad prie molo palauks paskutinių svečių iki vakaro.", "Nuo pirmadienio visos molo lempos nedega net ir naktį."],
    "ja": ["船長は、最後の客を桟橋で夕方まで待つつもりだと話した。", "月曜日から桟橋の明かりは夜もすべて消えたままだ。"],
    "zh": ["船长说，他会在码头一直等到最后一批客人上船。", "從星期一起，碼頭上所有的燈在夜裡也不再亮了。"],
    "ko": ["선장은 저녁까지 부두에서 마지막 손님을 기다리겠다고 말했다.", "월요일부터 부두의 등불은 밤에도 모두 꺼져 있다."],
    "th": ["กัปตันบอกว่าจะรอแขกคนสุดท้ายอยู่ที่ท่าเรือจนถึงเย็น", "ตั้งแต่วันจันทร์โคมไฟทุกดวงบนท่าเรือดับสนิทแม้ในเวลากลางคืน"],
    "el": ["Ο καπετάνιος είπε ότι θα περίμενε τους τελευταίους επιβάτες.", "Από τη Δευτέρα όλα τα φώτα της προβλήτας είναι σβηστά."],
    "he": ["רב החובל אמר שיחכה לאורחים האחרונים על המזח עד הערב.", "מאז יום שני כל הפנסים על המזח כבויים גם בלילה."],
}


@pytest.mark.parametrize("code", LINES)
def test_each_language_is_told_by_one_line(languages: LanguageDetector, code: str) -> None:
    assert [languages.detect(line).code for line in LINES[code]] == [code] * 2


@pytest.mark.parametrize("code", TEXTS)
def test_no_part_of_a_line_is_told_to_be_in_another_language(languages: LanguageDetector, code: str) -> None:
    for line in (TEXTS[code], *LINES.get(code, [])):
        words = line.split()
        parts = {" ".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1)}
        assert {languages.detect(part).code for part in parts} <= {code, ""}


@pytest.mark.parametrize(
    "text",
    [
        "Фериботот за островот повторно доцнеше во петок, а луѓето што чекаа на кејот од пладне не беа среќни.",
        "Trajekt za otok opet je kasnio u petak, a ljudi koji su od podneva čekali na molu nisu bili sretni zbog toga.",
        "Ferjan til eyjunnar var aftur of sein á föstudaginn og fólkið sem hafði beðið á bryggjunni var ekki ánægt.",
        "جزیرے کی کشتی جمعہ کو پھر دیر سے آئی اور دوپہر سے گھاٹ پر کھڑے لوگ اس بات سے خوش نہیں تھے۔",
        "Паром на востраў у пятніцу зноў спазніўся, і людзі, якія з поўдня чакалі на прычале, не былі гэтым задаволены.",
        "東京湾渡船組合発表、金曜全便欠航。",
    ],
)
def test_neighbours_are_not_taken_for_a_language_that_rules_are_for(languages: LanguageDetector, text: str) -> None:
    assert languages.detect(text).code not in TEXTS


def test_norwegian_is_one_language() -> None:
    rule = Rule("own/own/r", "", "line", match="ferjenytt", languages=("no",))
    for code in ("no", "nb", "nn-NO"):
        assert Engine(prepared(rule)).clean("Ferja var sein.\nFerjenytt\n", Hints(language=code)).text == "Ferja var sein.\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ferry timetable",
        "Home | News | Sport | Weather",
        "1,200 3,400 (5)",
        "Færgen til øen var forsinket igen.",
    ],
)
def test_too_little_or_unknown_is_no_language(languages: LanguageDetector, text: str) -> None:
    assert languages.detect(text).code == ""


def test_a_quotation_does_not_change_the_language(languages: LanguageDetector) -> None:
    assert languages.detect(f"{TEXTS['en'] * 4} On the sign stood: {TEXTS['ja'][:12]}, {TEXTS['de'][:40]}.").code == "en"


@pytest.mark.parametrize("length", [30, 300, 3_000])
def test_a_language_that_holds_is_what_would_be_told(languages: LanguageDetector, length: int) -> None:
    chance = random.Random(length)
    only = {code: sorted(languages.words[code] - languages.words[other]) for code, other in (("en", "de"), ("de", "en"))}
    outcomes = Counter[tuple[bool, bool]]()  # whether it holds, and whether the same is told
    for _ in range(300):
        one, other = chance.sample(["en", "de"], 2)
        pieces = [(one, length), (other, int(length * chance.uniform(0.2, 0.8))), ("", length)]
        chance.shuffle(pieces)
        said = [word for code, number in pieces for word in chance.choices(only.get(code, ["ferry"]), k=number)]
        text = " ".join([*said, *chance.choices(["渡", "ferry"], [1, 50], k=5), *chance.choices(only[other], k=length)])
        # Some words in a row go, as lines do, or a part of one.
        first = chance.randrange(len(said))
        start = len(" ".join(said[:first]))
        gone = [Span(start, start + len(" ".join(said[first : first + chance.randrange(length)])) + chance.choice([0, 1, 2]), "x")]
        told = languages.detect(text)
        outcomes[told.holds_without(text, gone), languages.detect(delete(text, gone)).code == told.code] += 1
    assert outcomes[True, False] == 0
    assert outcomes[True, True] > 10, outcomes
    assert outcomes[False, False] > 10, outcomes


def test_letters_that_come_up_from_beyond_what_was_looked_at_may_be_of_another_language(languages: LanguageDetector) -> None:
    text = "Share\n" * 200 + "the ferry and the people who had waited on the pier " * 363 + "渡し船は" * 8_000
    told = languages.detect(text)
    assert told.code == "en"
    assert not told.holds_without(text, [Span(0, 1_200, "x")])


def test_a_word_that_comes_of_two_counts(languages: LanguageDetector) -> None:
    told = languages.detect("the ferry and the pier that was there " * 2)
    text = "th e" * 3
    assert not told._replace(margin=3).holds_without(text, [Span(2, 3, "x")])
    assert told._replace(margin=4).holds_without(text, [Span(2, 3, "x")])


def test_a_text_with_letters_of_other_scripts_is_told_anew(languages: LanguageDetector) -> None:
    text = "The ferry and the people who had waited on the pier, 渡し船は渡し船. " * 9
    assert languages.detect(text) == ("en", 0)


def test_the_callers_language_is_not_told_anew() -> None:
    """Letters of another script from beyond what was looked at come up, and are not looked at."""
    rules = [Rule("own/own/share", "", "line", match="share this"), Rule("own/own/r", "", "line", match="поделиться", languages=("ru",))]
    text = "Share this\n" + "Фериботът закъсня отново, каза капитанът на острова.\n" * 600 + "Поделиться\n"
    found = Engine(prepared(*rules), load().languages).clean(text, Hints(language="bg"))
    assert [removal.text for removal in found.removals] == ["Share this\n"]


@pytest.mark.parametrize(
    ("language", "keys", "goes"),
    [
        ("en", "", True),
        ("en", 'languages = ["en"]', False),
        ("en", 'confidence = "medium"', False),
        ("de", "", False),
    ],
)
def test_english_phrases_go_from_texts_in_all_languages(tmp_path: Path, language: str, keys: str, goes: bool) -> None:
    (tmp_path / language).mkdir()
    rule = f"[[rule]]\nid = 'r'\nabout = 'a'\nremove = 'line'\nmatch = 'ferry news'\n{keys}\nremoves = ['Ferry news']\nkeeps = ['x']\n"
    (tmp_path / language / "own.toml").write_text(f"title = 't'\nabout = 'a'\n{rule}", encoding="utf-8")
    found = load([tmp_path])
    own = RuleSet(tuple(rule for rule in found.prepared if rule.rule.name.endswith("/own/r")), languages=found.languages)
    engine = Engine(own.prepared, found.languages, guarded=False)
    assert engine.clean(f"{TEXTS['ko']}\nFerry news\n").changed == goes


GERMAN = Rule("own/own/r", "", "line", match="ferry news", languages=("de",))


@pytest.fixture(scope="module")
def german() -> Engine:
    """An engine with one rule, for German texts."""
    return Engine(prepared(GERMAN), load().languages)


def test_a_rule_for_one_language_keeps_out_of_texts_in_another(german: Engine) -> None:
    for code, text in TEXTS.items():
        assert german.clean(f"{text}\nFerry news\n").changed == (code == "de"), code


def test_where_no_language_is_told_rules_of_all_apply(german: Engine) -> None:
    assert german.clean("1, 2, 3.\nFerry news\n").text == "1, 2, 3.\n"


def test_the_caller_knows_better(german: Engine) -> None:
    text = f"{TEXTS['en']}\nFerry news\n"
    assert german.clean(text, Hints(language="de-AT")).text == f"{TEXTS['en']}\n"
    assert german.clean(text, Hints(language="en")).text == text


def test_cleaning_again_changes_nothing_where_the_language_goes_with_the_chrome() -> None:
    """German chrome about English text: the rest is told to be English, and what the German rules left of it stays."""
    pitch = "Und noch mehr von der Fähre und dem Steg, auf dem sie nicht hält"
    engine = Engine(prepared(GERMAN, Rule("own/own/pitch", "", "line", match=pitch)), load().languages, guarded=False)
    once = engine.clean(f"{TEXTS['en']}\nFerry news\n" + f"{pitch}\n" * 9)
    assert once.text == f"{TEXTS['en']}\n"
    assert engine.clean(once.text).text == once.text


def test_a_layer_adds_a_language(tmp_path: Path) -> None:
    words = ["og", "i", "til", "var", "igen", "på", "er", "det", "som", "ikke", "øen", "folk"]
    (tmp_path / "languages.toml").write_text(f'title = "t"\nabout = "a"\n[language.da]\nwords = {words}\n', encoding="utf-8")
    found = load([tmp_path])
    text = "Færgen til øen var forsinket igen i går, og folk på øen er det ikke."
    assert LanguageDetector(found.languages).detect(text).code == "da"
    assert found.fingerprint != load().fingerprint


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("[language.da]", ":3:1: language 'da' has neither words nor letters (give its commonest words)"),
        ("[language.da]\nletters = '('", ":3:1: letters: "),
        ("[language.danish]\nletters = 'å'", "danish"),
        ("[language.da]\nwords = ['og']", "words"),
        ("[language.da]\nword = ['og']", "word"),
    ],
)
def test_a_wrong_file_of_languages_is_an_error(tmp_path: Path, table: str, message: str) -> None:
    (tmp_path / "languages.toml").write_text(f'title = "t"\nabout = "a"\n{table}\n', encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load([tmp_path])
    assert len(caught.value.problems) == 1
    assert message in str(caught.value.problems[0])
    assert "languages.toml" in str(caught.value.problems[0])


def test_engines_without_languages_use_the_callers_word() -> None:
    text = f"{TEXTS['en']}\nFerry news\n"
    assert Engine(prepared(GERMAN)).clean(text).changed
    assert not Engine(prepared(GERMAN)).clean(text, Hints(language="en")).changed


def test_texts_of_one_language_by_letters_alone() -> None:
    found = LanguageDetector([LanguageProfile("el", letters=r"\p{Greek}")])
    assert found.detect("Το πλοίο άργησε πάλι.").code == "el"
    assert found.detect("The α and the ω of it, said the captain of the ferry to the island.").code == ""
