"""Everything that can go wrong in Frontis, as one tree.

FrontisError
├── BadInput              the asker sent something that cannot be used
│   ├── UnknownTemplate   no template has that name
│   ├── BadSignature      a signed address was changed, or its time is over
│   ├── EmailTaken        there is an account of that e-mail address
│   ├── ImageUnknown      the account has no stored picture of that id
│   ├── ImageTaken        there is a stored picture of that page already, and it is another one
│   ├── RequestTooLarge   a body over the limit
│   │   └── QueryTooLong  a query string over the limit
│   └── RequestTooSlow    a body that does not arrive
├── AddressUnknown        there is nothing at that address
├── WrongMethod           the address is there, but not for that method
├── BadTemplate           a template's files are wrong: says file, line and how to mend it
│   └── TemplateTooCostly a template asks for more work than a card may cost
├── BadPicture            bytes from outside are no picture that we may decode
│   ├── UnknownFormat     not PNG, JPEG, WebP, GIF, AVIF, SVG or ICO
│   ├── PictureTooLarge   over the limit of bytes or pixels
│   └── DamagedPicture    broken off, corrupt, or hostile inside
├── FetchFailed           something remote could not be had
│   ├── AddressForbidden  the guard refuses the address, scheme or redirect
│   ├── UpstreamTimeout   it took longer than allowed
│   ├── UpstreamUnreachable  no connection, or it broke
│   ├── UpstreamRefused   the other server answered 4xx
│   ├── UpstreamBroken    the other server answered 5xx
│   ├── UpstreamTooLarge  more bytes than allowed
│   └── UpstreamUnfit     something of another kind than what was asked for
├── DrawFailed            the layout engine could not draw the markup
│   └── DrawTooSlow       it took longer than a request may
├── EncodeFailed          the bitmap could not be written in that format
├── Overloaded            no room for another render now: come back later
├── Refused               the asker may not have this
│   ├── KeyMissing        it takes a key, and none was shown
│   ├── KeyUnknown        the key that was shown is unknown or revoked
│   ├── KeyNotEnough      the key is good, but not for this
│   ├── ProjectUnknown    there is no such project, or it is not active
│   ├── HostForeign       the page is on a host that is not the project's
│   ├── PlanTooSmall      the account's plan does not have this
│   ├── LibraryFull       the account keeps as many pictures as it may
│   ├── QuotaExceeded     the account has used up what its plan allows in a day or a month
│   └── RateLimited       too many requests in this minute
├── StudioUnavailable     the database of accounts does not answer
├── StoreUnavailable      the place for pictures is full, read-only, or does not answer
└── BadSetting            an environment variable has a value that cannot be used

HTTP statuses are no business of this module: each dialect has one table that turns these errors into its replies.
"""

from frontis.errors.asked import (
    AddressUnknown,
    BadSignature,
    EmailTaken,
    ImageTaken,
    ImageUnknown,
    QueryTooLong,
    RequestTooLarge,
    RequestTooSlow,
    UnknownTemplate,
    WrongMethod,
)
from frontis.errors.drawn import (
    BadPicture,
    BadTemplate,
    DamagedPicture,
    DrawFailed,
    DrawTooSlow,
    EncodeFailed,
    Overloaded,
    PictureTooLarge,
    TemplateTooCostly,
    UnknownFormat,
)
from frontis.errors.fetched import (
    AddressForbidden,
    FetchFailed,
    UpstreamBroken,
    UpstreamRefused,
    UpstreamTimeout,
    UpstreamTooLarge,
    UpstreamUnfit,
    UpstreamUnreachable,
)
from frontis.errors.refused import (
    BadSetting,
    HostForeign,
    KeyMissing,
    KeyNotEnough,
    KeyUnknown,
    LibraryFull,
    PlanTooSmall,
    ProjectUnknown,
    QuotaExceeded,
    RateLimited,
    Refused,
    StoreUnavailable,
    StudioUnavailable,
)
from frontis.errors.root import BadInput, FrontisError, nearest

__all__ = [
    "AddressForbidden",
    "AddressUnknown",
    "BadInput",
    "BadPicture",
    "BadSetting",
    "BadSignature",
    "BadTemplate",
    "DamagedPicture",
    "DrawFailed",
    "DrawTooSlow",
    "EmailTaken",
    "EncodeFailed",
    "FetchFailed",
    "FrontisError",
    "HostForeign",
    "ImageTaken",
    "ImageUnknown",
    "KeyMissing",
    "KeyNotEnough",
    "KeyUnknown",
    "LibraryFull",
    "Overloaded",
    "PictureTooLarge",
    "PlanTooSmall",
    "ProjectUnknown",
    "QueryTooLong",
    "QuotaExceeded",
    "RateLimited",
    "Refused",
    "RequestTooLarge",
    "RequestTooSlow",
    "StoreUnavailable",
    "StudioUnavailable",
    "TemplateTooCostly",
    "UnknownFormat",
    "UnknownTemplate",
    "UpstreamBroken",
    "UpstreamRefused",
    "UpstreamTimeout",
    "UpstreamTooLarge",
    "UpstreamUnfit",
    "UpstreamUnreachable",
    "WrongMethod",
    "nearest",
]
