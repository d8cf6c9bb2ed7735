// What Android's build makes of manifests and layouts is generated, and of another repository if nothing is its source.
//- app/src/main/AndroidManifest.xml
<manifest/>
//- app/src/main/res/layout/item_card.xml
<layout/>
//- app/src/main/java/com/example/app/Main.kt
package com.example.app
import com.example.app.R.id
//< imports generated app/src/main/AndroidManifest.xml
import com.example.app.databinding.ItemCardBinding
//< imports generated app/src/main/res/layout/item_card.xml
import com.example.app.databinding.NoSuchBinding
//< imports external com.example.app.databinding.NoSuchBinding
import com.example.core.BuildConfig
//< imports generated core/src/main/AndroidManifest.xml
import org.other.R
//< imports external org.other.R
class Main
//- app/src/main/java/com/example/app/ui/View.kt
package com.example.app.ui
import com.example.app.R
//< imports generated app/src/main/AndroidManifest.xml
class View
//- core/src/main/AndroidManifest.xml
<manifest/>
//- core/src/main/java/com/example/core/Core.java
package com.example.core;
class Core {}
