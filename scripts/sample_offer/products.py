"""The invented products of the sample documents. Names follow the trade; no firm is a real one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

#: Rows whose bonus cell is the one above, drawn as one cell over all of them.
SAME_CELL = "^"


@dataclass(frozen=True, slots=True)
class SampleProduct:
    """One product with what two suppliers ask for it and what the pharmacy holds.

    price, other_price: per pack, Syrian pounds. deal: the first supplier's bonus cell
    (free+bought), SAME_CELL where it shares the cell above. other_deal: the second's.
    on_hand, minimum, maximum: packs.
    """

    name: str
    english: str
    company: str
    price: int
    deal: str
    other_price: int
    other_deal: str
    on_hand: int
    minimum: int
    maximum: int

    @property
    def controlled(self) -> bool:
        """Whether the offer asks for the register."""
        return "دفتر" in self.deal

    @property
    def public_price(self) -> Decimal:
        """What the public pays: a fifth on top, to the next hundred."""
        return Decimal(-(-self.price * 12 // 1000) * 100)


_TABLE = """
شام الدواء | باراسيتول 500 ملغ 20 حبة / شام | Paracetol 500 mg 20 tabs | 4200 | 2+10 | 4100 | . | 6 | 20 | 60
شام الدواء | باراسيتول شراب 100 مل / شام | Paracetol syrup 100 ml | 7800 | 1+5او 3+10 | 7900 | 2+10 | 3 | 10 | 40
شام الدواء | ايبوفلام 400 ملغ 20 حبة / شام | Ibuflam 400 mg 20 tabs | 6900 | 2+10او 5+20 | 6500 | . | 4 | 15 | 50
شام الدواء | ايبوفلام فورت 600 ملغ / شام | Ibuflam Forte 600 mg | 8400 | ^ | 8600 | 1+10 | 12 | 10 | 30
شام الدواء | اموكسيدار 500 ملغ 16 كبسول / شام | Amoxidar 500 mg 16 caps | 16400 | 1+10 | 15900 | . | 2 | 12 | 36
شام الدواء | اموكسيدار بلس 625 ملغ / شام | Amoxidar Plus 625 mg | 29300 | 1+25او 4+50او 10+100 | 29000 | 1+10 | 0 | 10 | 40
شام الدواء | كلافورام 1 غرام فيال / شام | Clavoram 1 g vial | 12600 | . | 12100 | 3+10 | 5 | 10 | 30
بردى فارما | فيتا سي 1000 فوار / بردى | Vita C 1000 effervescent | 30000 | . | 31500 | 1+10 | 3 | 10 | 40
بردى فارما | فيتا د 10000 (30 حبة) / بردى | Vita D 10000 30 tabs | 22500 | 1+5او 5+10 | 22000 | . | 1 | 10 | 30
بردى فارما | كالسي فيت D+Ca / بردى | Calcivit D+Ca | 18700 | 3+10 | 19200 | 3+10 | 8 | 10 | 30
بردى فارما | زنك بلس 50 ملغ 30 حبة / بردى | Zinc Plus 50 mg 30 tabs | 14800 | ^ | 14100 | . | 2 | 8 | 24
بردى فارما | حديد فول شراب 120 مل / بردى | Hadid Fol syrup 120 ml | 13900 | ^ | 13700 | 1+10 | 4 | 8 | 24
بردى فارما | اوميغا 3 مضغ 60 حبة / بردى | Omega 3 chewable 60 | 46500 | 1+6 | 47000 | . | 0 | 6 | 18
بردى فارما | مغنيز كومبلكس / 30 حبة / بردى | Magnez complex 30 | 24400 | عرض خاص 5+10 | 23800 | 2+10 | 3 | 6 | 18
قاسيون ميديكال | لورازين 10 ملغ 20 حبة / قاسيون | Lorazin 10 mg 20 tabs | 5600 | 2+10 | 5500 | 2+10 | 7 | 12 | 40
قاسيون ميديكال | سيترازين شراب 100 مل / قاسيون | Cetrazin syrup 100 ml | 8100 | . | 7700 | . | 2 | 10 | 30
قاسيون ميديكال | برومازام 3 ملغ اقراص / قاسيون | Bromazam 3 mg tabs | 5100 | دفتر | 5200 | دفتر | 4 | 5 | 15
قاسيون ميديكال | ديازيبال 5 ملغ اقراص / قاسيون | Diazepal 5 mg tabs | 4600 | دفتر / 2+10 | 4500 | دفتر | 3 | 5 | 15
قاسيون ميديكال | ترامادور 50 ملغ كبسول / قاسيون | Tramador 50 mg caps | 7900 | دفتر / كل 10 / 5 لورازين | 8000 | دفتر | 2 | 5 | 15
قاسيون ميديكال | اوميبران 20 ملغ 14 كبسول / قاسيون | Omepran 20 mg 14 caps | 9900 | 3+10 | 9400 | . | 3 | 15 | 50
قاسيون ميديكال | ايزوميبران 40 ملغ / قاسيون | Esomepran 40 mg | 18400 | 6+20 | 18900 | 5+10 | 5 | 12 | 40
ياسمين للمستحضرات | هيدروكورت 1 % كريم / ياسمين | Hydrocort 1% cream | 9600 | . | 9900 | . | 6 | 8 | 24
ياسمين للمستحضرات | فوسيدار 2% مرهم / ياسمين | Fusidar 2% ointment | 10400 | 10+10او 25+20 | 10100 | 1+5 | 1 | 8 | 24
ياسمين للمستحضرات | بانتينال كريم 35 غ / ياسمين | Panthenal cream 35 g | 12000 | 6+5 | 12400 | . | 4 | 8 | 24
ياسمين للمستحضرات | مينوكسال 5 % محلول / ياسمين | Minoxal 5% solution | 30400 | 1+5او استثناء 25+50 | 29500 | 1+10 | 2 | 5 | 15
ياسمين للمستحضرات | صابون كبريت 100 غ / ياسمين | Sulphur soap 100 g | 7000 | 1+8 | 6800 | . | 9 | 10 | 30
ياسمين للمستحضرات | شامبو كيتو 2% 100 مل / ياسمين | Keto shampoo 2% 100 ml | 19800 | كل 2 / 1 صابون كبريت | 19300 | 1+6 | 3 | 6 | 18
حلب للدواء | اتورفال 20 ملغ 30 حبة / حلب | Atorval 20 mg 30 tabs | 15600 | 10+50او 30+120 يمكن تشكيل العيارات | 15200 | 2+10 | 5 | 12 | 40
حلب للدواء | اتورفال 40 ملغ 30 حبة / حلب | Atorval 40 mg 30 tabs | 21800 | ^ | 22100 | . | 3 | 8 | 24
حلب للدواء | املودار 5 ملغ 30 حبة / حلب | Amlodar 5 mg 30 tabs | 8800 | 17+10 | 8500 | 5+10 | 2 | 15 | 50
حلب للدواء | املودار بلس 5/160 ملغ / حلب | Amlodar Plus 5/160 mg | 17900 | 13+10 | 17700 | . | 4 | 10 | 30
حلب للدواء | بيزوبرال 2.5 ملغ 30 حبة / حلب | Bisopral 2.5 mg 30 tabs | 5700 | 2+5او 6+10 | 5900 | 3+10 | 1 | 12 | 36
حلب للدواء | ميتفورمال 850 ملغ 30 حبة / حلب | Metformal 850 mg 30 tabs | 6300 | 4+10او 10+20 | 6100 | . | 6 | 20 | 60
حلب للدواء | غليكلا 60 ملغ 30 حبة / حلب | Glicla 60 mg 30 tabs | 11200 | 1+1 | 10900 | 2+10 | 3 | 10 | 30
مستورد | انسوبن قلم 100 وحدة / مستورد | Insupen pen 100 IU | 127000 | . | 129500 | . | 1 | 4 | 12
مستورد | فنتوهيل بخاخ / مستورد | Ventohale inhaler | 34500 | 1+20 | 33800 | . | 2 | 6 | 18
مستورد | حليب اطفال رقم 1 400 غ | Infant milk No 1 400 g | 67400 | . | 66900 | 1+12 | 3 | 8 | 24
مستورد | حليب اطفال رقم 2 400 غ | Infant milk No 2 400 g | 65000 | 1+12 | 65800 | . | 10 | 8 | 24
مستورد | شرائط سكر 50 شريط | Glucose strips 50 | 88000 | سعر العلبة | 86500 | 1+10 | 2 | 5 | 15
مستورد | كفوف نايلون 100 قطعة | Nylon gloves 100 | 23500 | 1+10 | 24000 | . | 5 | 5 | 20
"""  # noqa: E501


def sample_products() -> list[SampleProduct]:
    """All sample products, in the order of the offer."""
    return [_product(line) for line in _TABLE.strip().splitlines()]


def _product(line: str) -> SampleProduct:
    company, name, english, price, deal, other_price, other_deal, *stock = (
        part.strip() for part in line.split(" | ")
    )
    on_hand, minimum, maximum = (int(number) for number in stock)
    return SampleProduct(
        name=name,
        english=english,
        company=company,
        price=int(price),
        deal=deal,
        other_price=int(other_price),
        other_deal=other_deal,
        on_hand=on_hand,
        minimum=minimum,
        maximum=maximum,
    )
