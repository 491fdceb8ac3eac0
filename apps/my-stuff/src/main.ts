import { serve } from '@throughline/platform'
import { myStuffService } from '@throughline/service-my-stuff'

serve([myStuffService])
