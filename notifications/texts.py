"""The words of every kind of notification, both languages side by side.

Not gettext: a message is stored as facts and phrased when it is read, and a kind that lacks one
of the languages must not exist at all. Arabic texts are phrased so that no counted noun follows a
number, which would need its own form for 1, 2, 3-10 and 11 and more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from notifications.models import NotificationKind

DEFAULT_LANGUAGE = "ar"


@dataclass(frozen=True, slots=True)
class Phrase:
    """title and body: templates over the notification's facts."""

    title: str
    body: str


TEXTS: dict[str, dict[str, Phrase]] = {
    NotificationKind.OFFER_READY: {
        "en": Phrase(
            "Offer of {supplier_name} is ready",
            "Lines: {lines}. Matched: {matched}, to review: {needs_review},"
            " unmatched: {unmatched}.",
        ),
        "ar": Phrase(
            "عرض {supplier_name} جاهز",
            "عدد الأسطر: {lines}. المطابق: {matched}، بحاجة إلى مراجعة: {needs_review}،"
            " بلا مطابقة: {unmatched}.",
        ),
    },
    NotificationKind.OFFER_FAILED: {
        "en": Phrase(
            "Offer of {supplier_name} could not be read",
            "File: {file_name}. Reason: {reason} ({reason_code}). Open the job to retry it.",
        ),
        "ar": Phrase(
            "تعذرت قراءة عرض {supplier_name}",
            "الملف: {file_name}. السبب: {reason} ({reason_code}). افتح المهمة لإعادة المحاولة.",
        ),
    },
    NotificationKind.PROPOSAL_WAITING: {
        "en": Phrase(
            "Proposal {number} waits for approval",
            "Supplier: {supplier_name}. Total: {total} {currency}.",
        ),
        "ar": Phrase(
            "المقترح {number} بانتظار الموافقة",
            "المورد: {supplier_name}. الإجمالي: {total} {currency}.",
        ),
    },
    NotificationKind.PROPOSAL_APPROVED: {
        "en": Phrase(
            "Proposal {number} was approved",
            "Supplier: {supplier_name}. Total: {total} {currency}.",
        ),
        "ar": Phrase(
            "تمت الموافقة على المقترح {number}",
            "المورد: {supplier_name}. الإجمالي: {total} {currency}.",
        ),
    },
    NotificationKind.PROPOSAL_REJECTED: {
        "en": Phrase(
            "Proposal {number} was rejected",
            "Supplier: {supplier_name}. Reason: {reason}",
        ),
        "ar": Phrase(
            "رُفض المقترح {number}",
            "المورد: {supplier_name}. السبب: {reason}",
        ),
    },
    NotificationKind.PROPOSAL_SECOND_WAITING: {
        "en": Phrase(
            "Proposal {number} waits for a second approval",
            "Supplier: {supplier_name}. Total: {total} {currency}. The first approval is given.",
        ),
        "ar": Phrase(
            "المقترح {number} بانتظار موافقة ثانية",
            "المورد: {supplier_name}. الإجمالي: {total} {currency}. تمت الموافقة الأولى.",
        ),
    },
    NotificationKind.PROPOSAL_CHANGES_REQUESTED: {
        "en": Phrase(
            "Proposal {number} is to be changed",
            "Supplier: {supplier_name}. What to change: {reason}",
        ),
        "ar": Phrase(
            "مطلوب تعديل المقترح {number}",
            "المورد: {supplier_name}. المطلوب: {reason}",
        ),
    },
    NotificationKind.PROPOSAL_EXPIRED: {
        "en": Phrase(
            "Proposal {number} was not decided in time",
            "Supplier: {supplier_name}. Total: {total} {currency}. Build a new one on present"
            " prices.",
        ),
        "ar": Phrase(
            "انتهت مهلة المقترح {number} دون قرار",
            "المورد: {supplier_name}. الإجمالي: {total} {currency}. أنشئ مقترحا جديدا بالأسعار"
            " الحالية.",
        ),
    },
    NotificationKind.APPROVAL_DELEGATED: {
        "en": Phrase(
            "You approve in the stead of {delegator_name}",
            "From {starts_at} until {ends_at}.",
        ),
        "ar": Phrase(
            "أنت مفوَّض بالموافقة نيابة عن {delegator_name}",
            "من {starts_at} حتى {ends_at}.",
        ),
    },
    NotificationKind.PROPOSAL_STUCK: {
        "en": Phrase(
            "Approved proposal {number} is not getting done",
            "Supplier: {supplier_name}. Failed attempts: {failures}. Reason: {error_code}."
            " It is tried again twice a minute; an administrator should look at it.",
        ),
        "ar": Phrase(
            "المقترح المعتمد {number} لا يُنفَّذ",
            "المورد: {supplier_name}. المحاولات الفاشلة: {failures}. السبب: {error_code}."
            " تتكرر المحاولة مرتين في الدقيقة، ويحتاج الأمر إلى مسؤول النظام.",
        ),
    },
    NotificationKind.ORDER_NOT_SENT: {
        "en": Phrase(
            "Order {number} was not sent",
            "Supplier: {supplier_name}. Address: {to}. Reason: {error_code}. Send it again, or"
            " give it to them in another way.",
        ),
        "ar": Phrase(
            "لم تُرسل الطلبية {number}",
            "المورد: {supplier_name}. العنوان: {to}. السبب: {error_code}. أعد إرسالها"
            " أو سلّمها بطريقة أخرى.",
        ),
    },
    NotificationKind.ORDER_ANSWERED: {
        "en": Phrase(
            "Order {number} was confirmed otherwise",
            "Supplier: {supplier_name}. Lines that differ: {differences}. Promised for: {promised}."
            " Amend the order, or let them know.",
        ),
        "ar": Phrase(
            "أُكّدت الطلبية {number} بصورة مختلفة",
            "المورد: {supplier_name}. الأسطر المختلفة: {differences}. التسليم الموعود: {promised}."
            " عدّل الطلبية أو أبلغ المورد.",
        ),
    },
    NotificationKind.LOW_STOCK: {
        "en": Phrase(
            "Low stock: {product_name}",
            "Available: {available}, minimum: {min_stock} (base units).",
        ),
        "ar": Phrase(
            "مخزون منخفض: {product_name}",
            "المتاح: {available}، الحد الأدنى: {min_stock} (بالوحدة الأساسية).",
        ),
    },
    NotificationKind.OPENING_LOW_STOCK: {
        "en": Phrase(
            "Opening balance {number}: low stock",
            "Products below their minimum after the import: {low_stock}.",
        ),
        "ar": Phrase(
            "الرصيد الافتتاحي {number}: مخزون منخفض",
            "عدد المنتجات تحت الحد الأدنى بعد الاستيراد: {low_stock}.",
        ),
    },
    NotificationKind.IMPORT_DONE: {
        "en": Phrase(
            "Import of {file_name} is done",
            "Rows: {rows}, errors: {errors}, warnings: {warnings}. Dry run: {dry_run}.",
        ),
        "ar": Phrase(
            "اكتمل استيراد {file_name}",
            "الصفوف: {rows}، الأخطاء: {errors}، التنبيهات: {warnings}. تجربة فقط: {dry_run}.",
        ),
    },
    NotificationKind.IMPORT_REFUSED: {
        "en": Phrase(
            "{file_name} was not imported",
            "Errors: {errors} in {rows} rows; nothing was changed. Open the report to mend them.",
        ),
        "ar": Phrase(
            "لم يتم استيراد {file_name}",
            "الأخطاء: {errors}، الصفوف: {rows}؛ لم يتغير شيء. افتح التقرير لتصحيحها.",
        ),
    },
    NotificationKind.IMPORT_FAILED: {
        "en": Phrase(
            "Import of {file_name} failed",
            "A fault of ours, nothing was changed. Send it again or tell whoever runs the system.",
        ),
        "ar": Phrase(
            "فشل استيراد {file_name}",
            "خلل من جانبنا، ولم يتغير شيء. أعد الإرسال أو أبلغ مسؤول النظام.",
        ),
    },
    NotificationKind.OUT_OF_STOCK: {
        "en": Phrase("Out of stock: {product_name}", "Minimum: {min_stock} (base units)."),
        "ar": Phrase("نفد المخزون: {product_name}", "الحد الأدنى: {min_stock} (بالوحدة الأساسية)."),
    },
    NotificationKind.NEGATIVE_MARGIN: {
        "en": Phrase(
            "Sold at a loss: {product_name}",
            "Public price: {public_price} {currency}, cost on average: {unit_cost} {currency}"
            " (per base unit).",
        ),
        "ar": Phrase(
            "بيع بخسارة: {product_name}",
            "سعر العموم: {public_price} {currency}، متوسط التكلفة: {unit_cost} {currency}"
            " (للوحدة الأساسية).",
        ),
    },
    NotificationKind.EXPIRY_DIGEST: {
        "en": Phrase(
            "Expiry of {day}",
            "Batches newly expired: {expired}, critical: {expiry_critical},"
            " to be warned of: {expiry_warning}, to be noticed: {expiry_notice}.",
        ),
        "ar": Phrase(
            "صلاحيات يوم {day}",
            "طبخات انتهت حديثاً: {expired}، حرجة: {expiry_critical}،"
            " للتحذير: {expiry_warning}، للملاحظة: {expiry_notice}.",
        ),
    },
    NotificationKind.IDLE_STOCK_DIGEST: {
        "en": Phrase(
            "Stock that ties up money, {day}",
            "Products newly above their maximum: {overstock}, not asked for: {dead_stock}.",
        ),
        "ar": Phrase(
            "مخزون يجمّد المال، {day}",
            "منتجات تجاوزت الحد الأعلى حديثاً: {overstock}، راكدة: {dead_stock}.",
        ),
    },
    NotificationKind.INVOICE_DIFFERS: {
        "en": Phrase(
            "Invoice {supplier_number} of {supplier_name} does not agree",
            "{number}: differences {differences}, asks for {amount} {currency} more than expected.",
        ),
        "ar": Phrase(
            "الفاتورة {supplier_number} من {supplier_name} غير مطابقة",
            "{number}: الفروق {differences}، وتطلب {amount} {currency} زيادة على المتوقع.",
        ),
    },
    NotificationKind.INVOICES_DUE: {
        "en": Phrase(
            "Supplier invoices to pay, {day}",
            "Due soon or overdue: {invoices}, of which overdue: {overdue}."
            " To pay: {amount} {currency}.",
        ),
        "ar": Phrase(
            "فواتير موردين للدفع، {day}",
            "المستحقة قريباً أو المتأخرة: {invoices}، منها متأخرة: {overdue}."
            " المبلغ: {amount} {currency}.",
        ),
    },
    NotificationKind.RETURN_WINDOWS: {
        "en": Phrase(
            "Goods that can soon go back no more, {day}",
            "Batches: {batches}, worth {value} {currency}; the first until {first_day}.",
        ),
        "ar": Phrase(
            "بضاعة تنتهي مهلة إرجاعها قريباً، {day}",
            "الطبخات: {batches}، قيمتها {value} {currency}؛ أولها حتى {first_day}.",
        ),
    },
    NotificationKind.GOODS_WAITING: {
        "en": Phrase(
            "Goods that wait for their inspection, {day}",
            "Lines: {lines} of receipts: {receipts}; the first wait since {oldest_day}. None of"
            " them is sold until it is inspected.",
        ),
        "ar": Phrase(
            "بضاعة تنتظر الفحص، {day}",
            "الأسطر: {lines}، من إيصالات: {receipts}؛ أقدمها منذ {oldest_day}. لا يُباع منها شيء"
            " قبل فحصها.",
        ),
    },
    NotificationKind.GOODS_REJECTED: {
        "en": Phrase(
            "Goods of {supplier_name} were rejected",
            "{number}: lines rejected on inspection: {lines}. They wait to be sent back.",
        ),
        "ar": Phrase(
            "رُفضت بضاعة من {supplier_name}",
            "{number}: أسطر مرفوضة بعد الفحص: {lines}. تنتظر إعادتها.",
        ),
    },
    NotificationKind.RECEIPT_REVERSED: {
        "en": Phrase(
            "Receipt {receipt_number} of {supplier_name} was taken back",
            "Lines: {lines}, {total} {currency} are no longer owed; {order_number} may wait for"
            " the goods again.",
        ),
        "ar": Phrase(
            "عُكس الاستلام {receipt_number} من {supplier_name}",
            "الأسطر: {lines}، ولم يعد {total} {currency} مستحقاً؛ وقد ينتظر {order_number}"
            " البضاعة من جديد.",
        ),
    },
    NotificationKind.LEDGERS_DIFFER: {
        "en": Phrase(
            "The books do not agree",
            "Differences found on {day}: {differences}. The first: {first}",
        ),
        "ar": Phrase(
            "الدفاتر غير متطابقة",
            "عدد الفروق المكتشفة في {day}: {differences}. أولها: {first}",
        ),
    },
}


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        """A message written before its text learnt a new fact is still readable."""
        return "-"


def phrase(kind: str, params: Mapping[str, Any], *, language: str) -> Phrase:
    """The title and body of a notification in a language; Arabic for one we do not speak."""
    texts = TEXTS[kind]
    chosen = texts.get(language, texts[DEFAULT_LANGUAGE])
    facts = _Facts(params)
    return Phrase(title=chosen.title.format_map(facts), body=chosen.body.format_map(facts))
